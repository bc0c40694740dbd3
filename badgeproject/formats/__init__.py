"""Formats of dates, times and numbers where they differ from Django's."""
