from __future__ import annotations

import functools

from editing.forms import EditConflict

TRIES = 5


def compares_again(view):
    """Run the view again if the record changed between the comparison and the lock.

    The view reads the record again; its form then merges both changes or shows the stored one.
    """

    @functools.wraps(view)
    def wrapped(request, *args, **kwargs):
        for _try in range(TRIES - 1):
            try:
                return view(request, *args, **kwargs)
            except EditConflict:
                for _name, uploads in request.FILES.lists():
                    for upload in uploads:
                        upload.seek(0)
        return view(request, *args, **kwargs)

    return wrapped
