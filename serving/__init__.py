"""Documents and pictures for software everywhere: no session, no language, no cookie.

`documents` has the views' tools; `short_way` answers before the middleware of pages.
"""
