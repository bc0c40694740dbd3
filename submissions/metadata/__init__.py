"""Files without what their makers did not mean to tell: places, names, times, thumbnails.

Each module rewrites one family of formats from bytes to bytes and keeps what people see as it is.
Nothing here decodes pictures into pixels or knows about submissions.
"""


class Unreadable(Exception):
    """The bytes do not follow their format."""


class Locked(Exception):
    """A password is needed to read it."""


class TooComplex(Exception):
    """Unpacked, it would be larger or busier than any honest document."""


class CarriesFiles(Exception):
    """It holds other files, which nobody would look into."""


class HoldsProgram(Exception):
    """It holds a program (macros)."""


class HoldsLocation(Exception):
    """A picture in it tells where it was taken, in a format that is not rewritten here."""
