from django.db import models
from django.utils.translation import gettext_lazy as _


class ListStatus(models.TextChoices):
    """The progress of an award list. A worker processes lists whose status is in IN_WORK."""

    DRAFT = "draft", _("being checked")
    CHECKED = "checked", _("ready to be awarded")
    RUNNING = "running", _("being awarded")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("awarded")
    UNDOING = "undoing", _("being taken back")
    # Taking back was stopped; what was taken back by then stays so.
    HALTED = "halted", _("taking back stopped")
    UNDONE = "undone", _("taken back")


LIST_TRANSITIONS: dict[ListStatus, set[ListStatus]] = {
    ListStatus.DRAFT: {ListStatus.CHECKED},
    ListStatus.CHECKED: {ListStatus.RUNNING},
    ListStatus.RUNNING: {ListStatus.STOPPED, ListStatus.DONE, ListStatus.UNDOING},
    ListStatus.STOPPED: {ListStatus.RUNNING, ListStatus.UNDOING},
    ListStatus.DONE: {ListStatus.UNDOING},
    ListStatus.UNDOING: {ListStatus.HALTED, ListStatus.UNDONE},
    ListStatus.HALTED: {ListStatus.UNDOING},
    ListStatus.UNDONE: set(),
}


# Undoing one that is running stops it first.
CAN_BE_UNDONE = frozenset({ListStatus.RUNNING, ListStatus.STOPPED, ListStatus.DONE})
IN_WORK = frozenset({ListStatus.DRAFT, ListStatus.RUNNING, ListStatus.UNDOING})


class RowProblem(models.TextChoices):
    """Why a row of a list awards nothing, and what to do about it."""

    NO_EMAIL = "no_email", _("There is no email address. Add one.")
    NO_PERSON = "no_person", _("There is no person with this ID. Add them under IDs.")
    NO_EMAIL_OR_ID = "no_email_or_id", _("There is no email address and no ID. Add one.")
    IDS_DIFFER = "ids_differ", _("The IDs belong to different people. Keep only one.")
    BAD_EMAIL = "bad_email", _("This is not an email address. Check for a typo.")
    TWICE = "twice", _("This person is already on the list, so this row is skipped.")
    ALREADY = "already", _("This person already has the badge, so there is nothing to do.")
    DATE_UNREADABLE = "date_unreadable", _("We can’t read the date. Write it as 2026-03-15.")
    DATE_AMBIGUOUS = (
        "date_ambiguous",
        _("The date can be read in two ways. Write it as 2026-03-15."),
    )
    EXPIRES_UNREADABLE = (
        "expires_unreadable",
        _("We can’t read the day it expires. Write it as 2028-03-15."),
    )
    LINK_UNREADABLE = (
        "link_unreadable",
        _("We can’t read the evidence link. Write only links, as https://example.org/page."),
    )
    LINK_PRIVATE = (
        "link_private",
        _(
            "Nobody else can open the evidence link. Use the address of a page that others can "
            "open, or leave it empty."
        ),
    )
    LINKS_TOO_MANY = "links_too_many", _("There are more than 10 evidence links. Remove some.")
    NOT_CHOSEN = "not_chosen", _("You chose that rows with this value get no badge.")
    NAME_DAMAGED = (
        "name_damaged",
        _("Characters of the name were lost when the file was saved. Write the name again."),
    )
    NAME_TOO_LONG = "name_too_long", _("The name is longer than 150 characters. Shorten it.")
    TEXT_TOO_LONG = "text_too_long", _("The text is longer than 5,000 characters. Shorten it.")
    CONTROL_CHARACTERS = (
        "control_characters",
        _("It contains invisible control characters. Enter the text again."),
    )
    SCORE_UNREADABLE = (
        "score_unreadable",
        _("We can’t read a score. Write it as 228, 85%, or 8 / 10."),
    )
    NO_RESULT = "no_result", _("There is no post-test score and no level. Add one.")
    MOMENT_UNKNOWN = (
        "moment_unknown",
        _("The row says neither pre-test nor post-test. Write Pre or Post."),
    )
    TEST_TOO_LONG = "test_too_long", _("The name of the test or level is too long. Shorten it.")
    # Refusals of the grant itself, by the values of issuing's `Refusal`.
    NOT_PUBLISHED = "not_published", _("The badge is not open at the moment.")
    IN_THE_FUTURE = "in_the_future", _("The day is in the future. Award it on that day.")
    TOO_LONG_AGO = (
        "too_long_ago",
        _("Earned on that day, it would have expired already. Check the day."),
    )
    NARRATIVE = "narrative", _("The text is too long or contains characters that can’t be shown.")
    EXPIRES_TOO_EARLY = (
        "expires_too_early",
        _("The day it expires is over, or is before the day it was earned. Change it."),
    )
    KEY_IN_USE = "key_in_use", _("The same key was used for another person or badge.")


class RowOutcome(models.TextChoices):
    """The outcome of a row when the list was awarded."""

    GRANTED = "granted", _("awarded")
    ALREADY = "already", _("already had it")
    REFUSED = "refused", _("not awarded")


class ResultRemark(models.TextChoices):
    """Why a test result that can be read earns less than it may seem to, or nothing."""

    NO_RESULT = "no_result", _("The file says that there is no result.")
    PRE_ONLY = (
        "pre_only",
        _("This is a pre-test. It earns nothing until there is a post-test after it."),
    )
    SUPERSEDED = (
        "superseded",
        _("The first pre-test and the last post-test of this person count, and this is another."),
    )
    NOT_IN_PERCENT = (
        "not_in_percent",
        _("A rule is in percent, and the score does not say out of how many. Write 8 / 10 or 80%."),
    )
    BELOW = "below", _("The score is below what the test can measure, so it meets no minimum.")
    LADDER_UNKNOWN = (
        "ladder_unknown",
        _("The level does not say on which ladder it is, such as ESL or ABE."),
    )
    OTHER_LADDER = (
        "other_ladder",
        _("The level is on another ladder than the rule, such as ABE and ESL. They don’t compare."),
    )
    PART_OF_A_RULE = (
        "part_of_a_rule",
        _("It is one of the results that a rule needs. Another is missing."),
    )


# Remarks that follow from the rules, and are made anew when they are looked at again.
REMARKS_BY_RULES = frozenset(
    {
        ResultRemark.NOT_IN_PERCENT,
        ResultRemark.BELOW,
        ResultRemark.LADDER_UNKNOWN,
        ResultRemark.OTHER_LADDER,
        ResultRemark.PART_OF_A_RULE,
    }
)


class Ladder(models.TextChoices):
    """What levels are levels of. Those of two ladders don't compare."""

    ESL = "esl", _("ESL, English as a second language")
    ABE = "abe", _("ABE, adult basic and secondary education")
    CEFR = "cefr", _("CEFR, A1 to C2")
    NRS = "nrs", _("NRS")
    ELPAC = "elpac", _("ELPAC")
