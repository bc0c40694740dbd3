import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from demo.models import OutboxMessage

pytestmark = pytest.mark.django_db
OUTBOX = reverse("demo:outbox")


def letter(to="rosa@school.example", subject="Your badge", **kwargs):
    message = EmailMultiAlternatives(
        subject,
        kwargs.get("text", "Open https://badges.example/awards/1 & enjoy."),
        to=[to],
        connection=get_connection("demo.outbox.OutboxBackend"),
        headers={"Message-ID": f"<{subject}-{to}>"},
    )
    message.attach_alternative(kwargs.get("html", "<p>Hello</p>"), "text/html")
    for name, content, kind in kwargs.get("attachments", []):
        message.attach(name, content, kind)
    message.send()
    return OutboxMessage.objects.get(to=to, subject=subject)


def test_letters_are_listed_newest_first(client):
    first, second = letter(subject="First"), letter(subject="Second")

    assert list(client.get(OUTBOX).context["page"]) == [second, first]


def test_letters_to_one_address_are_found_by_a_part_of_it(client):
    letter(to="ben@school.example")
    rosa = letter(to="rosa@school.example")

    assert list(client.get(OUTBOX, {"to": "ROSA@"}).context["page"]) == [rosa]


def test_the_outbox_keeps_its_query_count(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(OUTBOX)
        return len(captured)

    letter(subject="One", attachments=[("badge.png", b"png", "image/png")])
    queries()
    one = queries()
    letter(subject="Two", attachments=[("badge.png", b"png", "image/png")])
    letter(subject="Three", attachments=[("badge.png", b"png", "image/png")])

    assert queries() == one


def test_addresses_in_the_plain_text_can_be_followed_and_markup_is_only_words(client):
    found = letter(text="Go to https://badges.example/x?a=1&b=2 <script>alert(1)</script>")

    page = client.get(reverse("demo:outbox_message", args=[found.pk])).text

    assert '<a href="https://badges.example/x?a=1&amp;b=2" rel="nofollow">' in page
    assert "<script>alert" not in page


def test_the_letter_itself_runs_nothing_and_sends_nothing(client):
    found = letter(html="<script>alert(1)</script><form action=/account/logout/></form>")

    response = client.get(reverse("demo:outbox_html", args=[found.pk]))

    policy = response["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_what_is_attached_is_saved_and_never_shown(client):
    found = letter(attachments=[("médaille.html", b"<script>", "text/html")])
    file = found.attachments.get()

    response = client.get(reverse("demo:outbox_attachment", args=[file.pk]))

    assert response.content == b"<script>"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_empty_outbox_says_what_will_be_there(client):
    assert "No emails yet" in client.get(OUTBOX).text


def test_the_gallery_opens(client):
    assert client.get(reverse("demo:gallery")).status_code == 200
