"""Strips metadata from files: locations, names, times, thumbnails.

Each module rewrites one family of formats, from bytes to bytes, without changing what people see.
Nothing here re-encodes images or depends on submissions.
"""


class Unreadable(Exception):
    """The file does not follow its format."""


class PasswordProtected(Exception):
    """The file needs a password."""


class TooComplex(Exception):
    """The unpacked file would exceed the limits on size or number of parts."""


class HasAttachments(Exception):
    """The file has attachments, which are not checked."""


class HasMacros(Exception):
    """The file contains macros."""


class HasLocation(Exception):
    """The file contains an image with a location, in a format that is not rewritten here."""


class NeedsOtherProgram(Exception):
    """The file shows its content only in the program that it was made for."""


class HasObjects(Exception):
    """The document contains a part of another program, which is not rewritten here."""
