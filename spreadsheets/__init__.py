"""Tables in and out: CSV, Excel and pasted text."""
