class Refused(Exception):
    """The command can't run. The message says what the user has to change."""
