"""What is kept about people: rosters, minors, drawings, lists and emails. And the whole table."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.about_people import ACCOUNTS_AND_BADGES, ANONYMISED, DELETED, ONLY_YOURS, STAYS
from privacy.treatment import Treatment
from reviewing.states import ACTS_BEFORE_A_DECISION, ACTS_ON_READERS

THE_REST: dict[str, Treatment] = {
    "accounts.MinorMark": Treatment(
        _("That you are or were a minor"),
        "user",
        STAYS,
        _("It shows why nothing about you was public; it no longer leads to you."),
        "agency of_age_on begun_at ended_at",
        "id user marked_by ended_by",
    ),
    "accounts.GuardianConsent": Treatment(
        _("Consent of your guardian"),
        "user",
        DELETED,
        ONLY_YOURS,
        "agency purposes how given_on recorded_at withdrawn_at",
        "id user guardian recorded_by withdrawn_by",
    ),
    "accounts.RosterId": Treatment(
        _("The number by which the files of a school know you"),
        "user",
        DELETED,
        ONLY_YOURS,
        "identifier",
        "id scope agency user",
    ),
    "accounts.RosterRow": Treatment(
        _("Your line in a list of people that a school uploaded"),
        "",
        ANONYMISED,
        _("Your line is emptied. All lines are emptied 30 days after the list was imported."),
        "",
        "id roster kind where label data outcome problem done_at made undone_at",
        {"label": "", "data": {}},
        "data__email",
    ),
    "issuing.ReplacementRequest": Treatment(
        _("Badges that you asked to be made again"),
        "assertion__recipient",
        STAYS,
        _("It shows why a badge was replaced; it no longer leads to you."),
        "status asked_at due_at refusal ended_at",
        "id assertion asked_by decided_by",
    ),
    "issuing.ReplacedCredential": Treatment(
        _("Your badges as they were before they were made again"),
        "assertion__recipient",
        ANONYMISED,
        _("Badges are taken back, and name and address go. The empty entry keeps its number."),
        "public_id short_code recipient_name recipient_email replaced_at",
        "id assertion salt status_list status_index",
        {"recipient_name": "", "recipient_email": ""},
        verifies_badges=True,
    ),
    "rewards.ExcludedPerson": Treatment(
        _("Drawings that you can’t win"),
        "user",
        STAYS,
        _("It shows that a drawing was fair; it no longer leads to you."),
        "drawing reason excluded_at",
        "id user excluded_by",
    ),
    "rewards.Follower": Treatment(
        _("Drawings that you follow"), "user", DELETED, ONLY_YOURS, "drawing since", "id user"
    ),
    "rewards.Dispute": Treatment(
        _("What you disputed about a drawing"),
        "user",
        ANONYMISED,
        _("That a drawing was disputed stays. What was written goes."),
        "drawing text created_at answer upheld answered_at",
        "id user answered_by",
        {"text": "", "answer": ""},
    ),
    "rewards.Entry": Treatment(
        _("Your entries in drawings"),
        "user",
        STAYS,
        _("Everybody can check a drawing with its list, which has receipts and no names."),
        "drawing chance token created_at voided_at voided_because",
        "id user assertion",
    ),
    "rewards.ListedEntry": Treatment(
        _("Your lines in the lists of drawings"),
        "entry__user",
        STAYS,
        _("Everybody can check a drawing with its list, which has receipts and no names."),
        "number",
        "id entry_list entry person",
    ),
    "rewards.Win": Treatment(
        _("Prizes that you won"),
        "line__entry__user",
        ANONYMISED,
        _("That the prize was given stays. Your name is no longer shown with it."),
        "prize piece position status told_at confirm_by confirmed_at collected_at shows_name",
        "id draw line given_up given_up_because collected_note",
        {"shows_name": False, "collected_note": ""},
    ),
    "audit.AuditEntry": Treatment(
        _("The activity log: what was done, by whom and when"),
        "people",
        ANONYMISED,
        _("What was done stays. Your name and what was noted about you are taken out."),
        "act at",
        "id actor subject subject_key people agency note",
        {"subject": "", "note": ""},
        # Nor what would tell earners of a decision too early, or when a reviewer worked.
        exported_if=~Q(act__in=[*ACTS_BEFORE_A_DECISION, *ACTS_ON_READERS]),
    ),
    "admin.LogEntry": Treatment(
        _("What you did as an operator"),
        "user",
        STAYS,
        _("It shows who changed the program; it no longer leads to you."),
        "action_time object_repr",
        "id user content_type object_id action_flag change_message",
    ),
    # Known by address, not by account.
    "mailings.Letter": Treatment(
        _("Announcements that were sent to you"),
        "user",
        DELETED,
        ONLY_YOURS,
        "announcement queued_at",
        "id subscription user status",
        address="subscription__subscriber__email",
    ),
    "mailings.NoAnnouncements": Treatment(
        _("That you want no announcements"),
        "user",
        DELETED,
        ONLY_YOURS,
        "since",
        "id user",
    ),
    "mailings.ImportRow": Treatment(
        _("Your line in a file of subscribers that an office uploaded"),
        "",
        DELETED,
        ONLY_YOURS,
        "email outcome",
        "id from_import line is_done",
        address="email",
    ),
    "mailings.Subscription": Treatment(
        _("The mailing lists that you are on"),
        "",
        DELETED,
        ONLY_YOURS,
        "mailing_list status asked_at confirmed_at ended_at imported_in",
        "id subscriber",
        address="subscriber__email",
    ),
    "mailings.Subscriber": Treatment(
        _("Your address on our mailing lists"),
        "",
        DELETED,
        ONLY_YOURS,
        "email language since",
        "id public_id",
        address="email",
    ),
    "mail.OutgoingEmail": Treatment(
        _("Emails that we sent you: kind and day, not the words"),
        "",
        DELETED,
        ONLY_YOURS,
        "kind to queued_at sent_at",
        "id key language context message_id status due_at attempts refusals last_error",
        address="to",
    ),
    "mail.Message": Treatment(
        _("Messages that you read here, because you have no email"),
        "",
        DELETED,
        ONLY_YOURS,
        "subject text kept_at read_at",
        "id to",
        address="to",
    ),
    "mail.MailRefusal": Treatment(
        _("Emails that your mailbox refused"),
        "",
        DELETED,
        ONLY_YOURS,
        "email refused_at",
        "id",
        address="email",
    ),
    "awarding.ScoreResult": Treatment(
        _("Test scores that were sent to us"),
        "",
        ANONYMISED,
        _("Your line is emptied. All lines are emptied 30 days after the list was imported."),
        "test form day_given earned_on pre post level email name identifier",
        "id score_import line pre_line is_known_by_id known_name ladder problem remark earns",
        {"email": "", "name": "", "identifier": "", "known_name": ""},
        address="email",
    ),
    "awarding.ListUpload": Treatment(
        _("Files with lists of awards, as schools uploaded them"),
        "",
        STAYS,
        _("A file with your line in it is deleted. Files of lists that were awarded are deleted."),
        "",
        "id public_id agency badge_class name content is_pasted choice reading columns badges "
        "has_questions kept_until revision made_by made_at",
    ),
    "privacy.AccountClosing": Treatment(
        _("That you asked to close your account"),
        "person",
        STAYS,
        _("It shows that the program did what you asked for; it no longer leads to you."),
        "keeps_badges asked_at due_at kept_at ended_at",
        "id person",
    ),
    "privacy.EvidenceDeadline": Treatment(
        _("When your evidence is deleted"),
        "submission__earner",
        DELETED,
        ONLY_YOURS,
        "ended_at due_at told_at deleted_at",
        "id submission days is_over",
    ),
    "privacy.EvidenceHold": Treatment(
        _("That your evidence is kept longer, and why"),
        "submission__earner",
        DELETED,
        _("It is a note of the program to itself."),
        "ends_on",
        "id submission reason held_by held_at lifted_by lifted_at",
    ),
    "privacy.PersonalCopy": Treatment(
        _("Copies of your data that you asked for"),
        "person",
        DELETED,
        ONLY_YOURS,
        "asked_at made_at gone_at",
        "id public_id person due_at file",
    ),
    "privacy.PrivacyRequest": Treatment(
        _("What you asked for about your data"),
        "person",
        ANONYMISED,
        _("It shows that the program did what you asked for; it no longer leads to you."),
        "kind asked_at due_on status ended_at reason",
        "id public_id person recorded_by handled_by",
        {"reason": "(erased)"},
    ),
}

# A model may be listed before the program has it.
TREATMENTS = {
    label: treatment
    for label, treatment in {**ACCOUNTS_AND_BADGES, **THE_REST}.items()
    if label.partition(".")[2].lower() in apps.all_models[label.partition(".")[0]]
}
