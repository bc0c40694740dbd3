"""What the earner may want to change before they send, in words. Nothing of it stops them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Criterion
from submissions.answers import Answer
from submissions.models import EvidenceItem, ItemCheck, Submission
from submissions.precheck.lengths import count_words, is_far_under, words_asked
from submissions.precheck.names import names_in, names_in_link, names_not_wanted
from submissions.precheck.operations import is_looked_at

Outcome = ItemCheck.Outcome


@dataclass(frozen=True)
class Finding:
    criterion: Criterion
    what: str
    what_to_do: str


@dataclass(frozen=True)
class Look:
    """What was found so far, and how many links and files are still being looked at."""

    findings: list[Finding]
    waiting: int
    # Links and files for which no look was asked yet.
    new: list[EvidenceItem]


def look(submission: Submission, answers: Iterable[Answer]) -> Look:
    open_answers = [answer for answer in answers if not answer.is_met]
    names = names_not_wanted(submission)
    items = [each.item for answer in open_answers for each in answer.items]
    checks = {check.item_id: check for check in ItemCheck.objects.filter(item__in=items)}
    new = [item for item in items if is_looked_at(item) and item.pk not in checks]
    findings = [
        finding for answer in open_answers for finding in _findings_of(answer, names, checks)
    ]
    waiting = sum(check.due_at is not None for check in checks.values())
    return Look(findings, waiting + len(new), new)


def _findings_of(
    answer: Answer, names: list[str], checks: dict[int, ItemCheck]
) -> Iterable[Finding]:
    for each in answer.items:
        check = checks.get(each.item.pk)
        yield from _names_found(answer.criterion, each.item, names, check)
        if check and check.outcome in _SENTENCES:
            what, what_to_do = _SENTENCES[check.outcome]()
            yield Finding(answer.criterion, what % {"name": each.item}, what_to_do)
    if short := _too_short(answer, checks):
        yield short


def _names_found(
    criterion: Criterion, item: EvidenceItem, names: list[str], check: ItemCheck | None
) -> Iterable[Finding]:
    in_words = names_in(f"{item.text}\n{item.title}", names)
    if in_words:
        yield Finding(
            criterion,
            _("Your text has these names in it: %(names)s.") % {"names": ", ".join(in_words)},
            _("Take them out, or write “a student”, “my school” instead."),
        )
    if found := names_in_link(item.url, names):
        yield Finding(
            criterion,
            _("The link “%(link)s” has these names in it: %(names)s.")
            % {"link": item.url, "names": ", ".join(found)},
            _("Share it under an address without them, or add the document as a file."),
        )
    if found := names_in(item.subtitles, names):
        yield Finding(
            criterion,
            _("The subtitles of “%(name)s” have these names in them: %(names)s.")
            % {"name": item, "names": ", ".join(found)},
            _("Reviewers also hear what is said. Cut it, or leave it if it does not matter."),
        )
    if found := names_in(item.file_name, names):
        yield Finding(
            criterion,
            _("The name of the file “%(file)s” has these names in it: %(names)s.")
            % {"file": item.file_name, "names": ", ".join(found)},
            _("Rename the file on your device and add it again."),
        )
    if check and check.names:
        yield Finding(
            criterion,
            _("“%(name)s” has these names in it: %(names)s.")
            % {"name": item, "names": ", ".join(check.names)},
            _("Take them out of the document and add it again."),
        )


def _too_short(answer: Answer, checks: dict[int, ItemCheck]) -> Finding | None:
    """Only what is written is counted; pictures and links may be the answer."""
    asked = words_asked(answer.criterion.evidence_prompt)
    if not asked or not answer.items:
        return None
    words = 0
    for each in answer.items:
        check = checks.get(each.item.pk)
        if each.item.kind in {EvidenceItem.Kind.TEXT, EvidenceItem.Kind.FORM}:
            words += count_words(each.item.text)
        elif check and check.words:
            words += check.words
        else:  # it has no text that was counted, or not yet
            return None
    if not is_far_under(words, asked):
        return None
    return Finding(
        answer.criterion,
        ngettext(
            "It asks for about %(asked)s words, and yours has %(count)s word.",
            "It asks for about %(asked)s words, and yours has %(count)s words.",
            words,
        )
        % {"asked": number_format(asked, force_grouping=True), "count": words},
        _("Write more, if there is more to say."),
    )


_SENTENCES = {
    Outcome.GONE: lambda: (
        _("There is nothing at the address of “%(name)s”."),
        _("Open the link yourself, copy the address again, and add the new one."),
    ),
    Outcome.PRIVATE: lambda: (
        _("“%(name)s” asks anyone who opens it to sign in."),
        _("Share it with anyone who has the link, or add the document as a file."),
    ),
    Outcome.UNSURE: lambda: (
        _("We could not open “%(name)s” just now."),
        _("It may be fine. Open it in a private window to see what a reviewer sees."),
    ),
    Outcome.UNREADABLE: lambda: (
        _("“%(name)s” seems to be damaged: we could not read it."),
        _("Open it on your device, save it again, and add the new copy."),
    ),
    Outcome.PROTECTED: lambda: (
        _("“%(name)s” needs a password."),
        _("Save a copy without a password and add that."),
    ),
}
