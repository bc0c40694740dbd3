"""Who may read what is written about the program: it is on public pages."""

from audit.audiences import (
    EVERYONE,
    REPORTERS,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)
from program.acts import ACTS, ACTS_OF_EMAILS, ACTS_OF_PAGES, ACTS_OF_STATEMENTS

_WHO_DEALS_WITH_EVIDENCE = with_readers(
    REPORTERS, Reader.CONCERNED, Reader.REVIEWER, Reader.SECOND_REVIEWER
)

register_texts(
    "program",
    {
        "Program.name": EVERYONE,
        "Program.name_es": EVERYONE,
        "Program.purpose": EVERYONE,
        "Program.purpose_es": EVERYONE,
        "Program.office_name": EVERYONE,
        "Program.office_email": EVERYONE,
        "Program.postal_address": EVERYONE,
        "Program.home_text": EVERYONE,
        "Program.home_text_es": EVERYONE,
        "Program.footer_text": EVERYONE,
        "Program.footer_text_es": EVERYONE,
        "Page.title": EVERYONE,
        "Page.title_es": EVERYONE,
        "Page.body": EVERYONE,
        "Page.body_es": EVERYONE,
        # Also in the activity log.
        "Statement.text": _WHO_DEALS_WITH_EVIDENCE,
        "Statement.text_es": _WHO_DEALS_WITH_EVIDENCE,
        # On their page, in the activity log, and in emails of their kind.
        "EmailWords.subject": REPORTERS,
        "EmailWords.opening": REPORTERS,
    },
)
register_program_texts(
    "program",
    [
        "Program.accent",
        "EmailWords.kind",
        "EmailWords.language",
        "Program.languages",
        "Program.hidden_pages",
        "Program.holiday_country",
        "Program.holiday_state",
    ],
)

for act in (
    "page shown", "page hidden", "page back to the default", "program logo changed",
    "program logo removed", *ACTS.values(), *ACTS_OF_PAGES.values(),
    *ACTS_OF_EMAILS.values(), "email back to the default",
    *ACTS_OF_STATEMENTS.values(), "statement back to the default",
):  # fmt: skip
    register_act(act, note=REPORTERS)
