"""The honest floor: the least that Django, the same server and the same database can do."""
