"""The JSON of Open Badges: shapes in, documents out. Nothing here knows of Django."""
