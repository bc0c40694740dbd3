"""Import and export of tables: CSV, Excel and pasted text."""
