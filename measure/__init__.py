"""Figures of the code itself: how large its parts are, and where it strays from docs and style.

    python -m measure [FOLDER] [--list]

Reads the files that git tracks in FOLDER (this checkout, if none is given), or every file where
there is no repository. Needs nothing installed and imports nothing of the application.
"""
