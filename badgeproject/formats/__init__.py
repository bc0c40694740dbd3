"""How dates, times and numbers are written here, where it differs from Django's own."""
