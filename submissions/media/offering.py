"""What is said about recordings: what a badge takes, why one is refused, how far one has come."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from program.template_tags import program_office
from submissions import files
from submissions.media.containers import HEAD, container_of
from submissions.models import RecordingUpload, Submission
from submissions.sizes import size_words

ACCEPT = ",".join(
    [files.ACCEPT, "video/*", "audio/*", ".mov"]
    + [ending for group in files.RECORDINGS.values() for ending in group]
)
_REFUSALS = {
    "not offered": gettext_noop(
        "Video and sound can’t be added here. Put the recording where you keep such files and, "
        "where links are accepted, paste a link."
    ),
    "empty": gettext_noop("The file is empty."),
    "too large": gettext_noop(
        "The recording is larger than %(largest)s. Export it with a lower quality, or cut it to "
        "the part that matters, and add that."
    ),
    "too many": gettext_noop(
        "Several recordings are still on their way. Wait until they are added, or remove one."
    ),
    "quota of person": gettext_noop(
        "Your recordings would take more than %(person)s. Remove one that is not needed anymore, "
        "or ask %(office)s."
    ),
    "quota of agency": gettext_noop(
        "There is no room for more recordings for this badge’s agency. Everything else can be "
        "added. Tell %(office)s."
    ),
}


@dataclass(frozen=True)
class Offer:
    """A badge accepts recordings up to this size."""

    largest: int

    @property
    def help_text(self) -> str:
        ordinary = min(self.largest, settings.EVIDENCE_LARGEST_FILE)
        return _(
            "Video and sound: MP4, MOV, WebM, M4A, MP3, or WAV, up to %(largest)s. If your "
            "browser runs no scripts: up to %(ordinary)s."
        ) % {"largest": size_words(self.largest), "ordinary": size_words(ordinary)}


def offer_of(submission: Submission) -> Offer | None:
    """None if the badge or this installation takes no recordings."""
    megabytes = submission.badge_class.recording_megabytes
    if not settings.TAKES_RECORDINGS or not megabytes:
        return None
    return Offer(megabytes * 1024 * 1024)


def is_recording(upload) -> bool:
    """Whether an uploaded file is a recording, whatever it is called."""
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    return bool(container_of(head))


def refusal(reason: str, *, largest: int) -> str:
    """Why a recording is not accepted before it has arrived, and what to do instead."""
    return _(_REFUSALS[reason]) % {
        "largest": size_words(largest),
        "person": size_words(settings.RECORDING_MEGABYTES_PER_PERSON * 1024 * 1024),
        "office": program_office(),
    }


def words_about(upload: RecordingUpload) -> str:
    """How far a recording is, in one or two sentences."""
    if upload.status == RecordingUpload.Status.REFUSED:
        return _(upload.refusal["message"]) % upload.refusal["details"]
    if upload.status == RecordingUpload.Status.WAITING:
        return _(
            "It has arrived and is being checked. That takes some seconds, for a long video some "
            "minutes. You can leave this page meanwhile."
        )
    return _("%(received)s of %(size)s have arrived. To go on, choose the same file again.") % {
        "received": size_words(upload.received),
        "size": size_words(upload.size),
    }
