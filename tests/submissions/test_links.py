"""Links that nobody else can open are refused in words; shared documents get a reminder."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from submissions import files, links, operations
from submissions.forms import LinkField
from tests.factories import DraftFactory

DEVICE = "own device"
NETWORK = "device or network"
MAILBOX = "own mailbox"
SHORTCUT = "shortcut to a Google document"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("http://localhost:8000/plan", NETWORK),
        ("localhost/plan", NETWORK),
        ("https://app.localhost/", NETWORK),
        ("http://LOCALHOST./a", NETWORK),
        ("http://127.0.0.1/plan", NETWORK),
        ("127.1/plan", NETWORK),
        ("http://2130706433/", NETWORK),
        ("http://0x7f000001/", NETWORK),
        ("http://[::1]/plan", NETWORK),
        ("http://[::ffff:10.0.0.1]/plan", NETWORK),
        ("http://[fe80::1]/", NETWORK),
        ("192.168.1.20/plan.pdf", NETWORK),
        ("https://10.1.2.3", NETWORK),
        ("http://172.20.0.5:8080/x", NETWORK),
        ("http://169.254.1.1/", NETWORK),
        ("http://100.64.0.9/", NETWORK),
        ("http://203.0.113.7/", NETWORK),
        ("http://\uff11\uff12\uff17.0.0.1/", NETWORK),
        ("http://user:word@192.168.0.2/", NETWORK),
        ("http://fileserver/plans/week.docx", NETWORK),
        ("https://nas.local/plan", NETWORK),
        ("https://wiki.school.internal/plan", NETWORK),
        ("http://printer.lan/", NETWORK),
        ("file:///home/ana/plan.pdf", DEVICE),
        ("FILE://server/plan.pdf", DEVICE),
        ("C:\\Users\\Ana\\plan.docx", DEVICE),
        ("c:/Users/Ana/plan.docx", DEVICE),
        ("\\\\server\\plans\\week.docx", DEVICE),
        ("/Users/ana/plan.pdf", DEVICE),
        ("blob:https://docs.google.com/5d1f", DEVICE),
        ("content://com.android.providers/1", DEVICE),
        ("data:text/html,hello", DEVICE),
        ("mailto:ana@example.org", "email address"),
        ("MailTo:ana@example.org?subject=plan", "email address"),
        ("https://mail.google.com/mail/u/0/#inbox/FMfc", MAILBOX),
        ("mail.google.com/mail/u/1/", MAILBOX),
        ("https://outlook.office.com/mail/inbox/id/AAQk", MAILBOX),
        ("https://outlook.office365.com/mail/", MAILBOX),
        ("https://outlook.live.com/mail/0/", MAILBOX),
        ("https://mail.yahoo.com/d/folders/1", MAILBOX),
        ("https://www.icloud.com/mail/", MAILBOX),
        ("Lesson plan.gdoc", SHORTCUT),
        ("https://files.example.org/plan.gslides", SHORTCUT),
        ("javascript:alert(1)", "begins with https://"),
        ("ftp://example.org/plan", "begins with https://"),
    ],
)
def test_a_link_that_nobody_else_can_open_is_refused_in_words(typed, words):
    with pytest.raises(ValidationError) as refused:
        LinkField(required=False).clean(typed)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.org/localhost",
        "https://localhost.example.org/",
        "https://8.8.8.8/plan",
        "https://[2606:4700::1111]/",
        "https://school.example/mail/2026",
        "https://mail.example.org/archive",
        "https://gdoc.example.org/plan",
        "https://www.icloud.com/pages/0a1",
        "https://example.org/?next=file:///etc",
        "https://2026.example.org/",
    ],
)
def test_other_addresses_are_accepted(typed):
    assert LinkField(required=False).clean(typed) == typed


@pytest.mark.parametrize(
    ("address", "is_reminded"),
    [
        ("https://docs.google.com/document/d/1/edit", True),
        ("https://drive.google.com/file/d/1/view", True),
        ("https://onedrive.live.com/?id=1", True),
        ("https://1drv.ms/w/s!1", True),
        ("https://county.sharepoint.com/sites/a", True),
        ("https://county-my.sharepoint.com/:w:/g/1", True),
        ("https://www.dropbox.com/s/1/plan.pdf", True),
        ("https://www.icloud.com/pages/0a1", True),
        ("https://www.canva.com/design/1/view", True),
        ("https://example.org/docs.google.com", False),
        ("https://notdropbox.com/", False),
        ("https://www.google.com/", False),
    ],
)
def test_documents_that_are_private_until_shared_get_a_reminder(address, is_reminded):
    assert bool(links.sharing_reminder(address)) == is_reminded


@pytest.mark.parametrize(
    "name", ["Plan.gdoc", "PLAN.GSHEET", "plan.gslides", "plan.gdoc.", "page.url", "page.webloc"]
)
def test_a_file_that_is_only_a_shortcut_is_refused_in_words(name):
    with pytest.raises(files.FileRefused, match="only a shortcut"):
        files.clean_bytes(b'{"url": "https://docs.google.com/open?id=1"}', name)


@pytest.mark.django_db
def test_a_link_to_a_private_document_is_saved_with_a_reminder(client):
    draft = DraftFactory()
    client.force_login(draft.earner)
    criterion = draft.version.criteria.first()
    operations.add_link(draft, criterion, url="https://docs.google.com/document/d/1/edit")

    shown = client.get(reverse("submissions:edit", args=[draft.public_id])).content.decode()

    assert "Open it in a private window to check." in shown
