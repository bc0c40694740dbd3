"""Letters about drawings, and the scheduled task that sends some of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from audit.moves import TransitionNotAllowed
from mail.composing import compose
from mail.models import OutgoingEmail
from rewards import tasks
from rewards.draw import operations as draws
from rewards.drawings.operations import disputes, drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.prize_forms import PrizeForm
from rewards.models import Drawing, Sponsor, Win
from rewards.prizes import operations as prizes
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, png
from tests.rewards.drawing_factories import (
    CLOSE,
    DRAW,
    IN_THE_PERIOD,
    OTHER_VALUES,
    VALUES,
    announced,
    award,
    closed,
    drafted,
    draw_with,
    drawn,
)

pytestmark = pytest.mark.django_db


def letters(kind):
    return [compose(email) for email in OutgoingEmail.objects.filter(kind=kind).order_by("pk")]


def set_clock(monkeypatch, moment):
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_each_winner_gets_a_letter_with_the_receipt_prize_and_link():
    drawn()

    for win, letter in zip(Win.objects.order_by("pk"), letters("prize_won"), strict=True):
        assert letter.to == [win.line.entry.user.email]
        assert win.line.entry.token in letter.body
        assert f"/prizes/{win.pk}/" in letter.body
        assert win.prize.sponsor.name in letter.body


def test_a_letter_sent_after_the_prize_was_declined_says_so():
    drawn()
    win = Win.objects.first()
    prizes.decline(win, by=win.line.entry.user, now=DRAW)

    first = letters("prize_won")[0]

    assert "About your prize" in first.subject
    assert "declined" in first.body


def test_a_winner_who_does_not_answer_is_reminded_once_before_the_prize_is_passed_on(monkeypatch):
    drawn(prizes=1, awards=2)
    win = Win.objects.get()

    for days in (6, 8, 9, 15):
        set_clock(monkeypatch, DRAW + timedelta(days=days))
        tasks.keep_the_calendar()

    assert len(letters("prize_reminder")) == 1
    win.refresh_from_db()
    assert win.status == Win.Status.LAPSED
    assert Win.objects.count() == 2


def test_an_error_in_closing_one_drawing_does_not_delay_the_others(monkeypatch):
    first, second = announced(), announced()
    close = drawings.close

    def fail_for_first(drawing, **kwargs):
        if drawing.pk == first.pk:
            raise RuntimeError("a full disk")
        return close(drawing, **kwargs)

    monkeypatch.setattr(drawings, "close", fail_for_first)
    set_clock(monkeypatch, CLOSE)

    tasks.keep_the_calendar()

    assert list(Drawing.objects.filter(status="closed")) == [second]


def test_everyone_with_an_entry_gets_a_letter_about_changed_rules():
    drawing = announced()
    assertion = award()
    rules = drafts.rules_to_edit(drawing)
    rules.number += 1
    rules.change_note = "The close is a day later, because of the storm."
    rules.closes_at = CLOSE + timedelta(days=1)
    rules.draws_at = DRAW + timedelta(days=1)
    drafts.save_rules(drawing, rules, m2m={}, by=UserFactory())

    drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)

    (letter,) = letters("drawing_rules_changed")
    assert letter.to == [assertion.recipient.email]
    assert "because of the storm" in letter.body
    assert [v.number for v in drawing.rules_versions.exclude(announced_at=None)] == [2, 1]


def test_followers_get_letters_about_the_list_and_the_draw():
    drawing, follower = announced(), UserFactory()
    award()
    drawings.follow(drawing, user=follower, wants=True)

    frozen = drawings.close(drawing, now=CLOSE)
    draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    (closing,), (drawing_letter,) = letters("drawing_closed"), letters("drawing_drawn")
    assert closing.to == drawing_letter.to == [follower.email]
    assert frozen.sha256 in closing.body


def test_the_letter_about_a_canceled_drawing_has_the_reason():
    drawing = announced()
    award()

    drawings.cancel(drawing, by=UserFactory(), reason="The sponsor withdrew.", now=CLOSE)

    (letter,) = letters("drawing_cancelled")
    assert "The sponsor withdrew." in letter.body


def test_a_drawn_drawing_cannot_be_canceled():
    with pytest.raises(TransitionNotAllowed):
        drawings.cancel(drawn(), by=UserFactory(), reason="We changed our minds.")


def winners_of(draw):
    return {win.line.entry.user.email: win for win in draw.wins.all()}


def test_who_loses_and_who_gains_in_a_repeated_draw_hears_once():
    drawing = drawn(awards=9)
    first = winners_of(drawing.draws.get())
    again = winners_of(
        draw_with(drawing, values=OTHER_VALUES, by=UserFactory(), reason="Mistyped.")
    )

    lost, won = letters("prize_superseded"), letters("prize_won")
    kept = {each for each in again if each in first and again[each].prize == first[each].prize}
    assert {letter.to[0] for letter in lost} == first.keys() - again.keys()
    assert all("Mistyped." in letter.body for letter in lost)
    assert len(won) == len(first) + len(again) - len(kept)


def test_who_keeps_a_prize_in_a_repeated_draw_keeps_its_confirmation_and_hears_nothing(client):
    drawing = drawn(awards=1, prizes=1)
    win = Win.objects.get()
    prizes.confirm(win, shows_name=True, now=DRAW)

    for values in (OTHER_VALUES, VALUES):
        made = draw_with(drawing, values=values, by=UserFactory(), reason="Mistyped.")

    kept = made.wins.get()
    assert (kept.status, kept.shows_name, kept.confirmed_at) == (Win.Status.CONFIRMED, True, DRAW)
    assert (kept.told_at, kept.confirm_by) == (win.told_at, win.confirm_by)
    assert len(letters("prize_won")) == 1
    assert not letters("prize_superseded")
    client.force_login(kept.line.entry.user)
    old = client.get(reverse("rewards:prize", args=[win.pk]))
    assert old.url == reverse("rewards:prize", args=[kept.pk])


def test_who_gets_another_prize_in_a_repeated_draw_hears_it_in_one_letter():
    drawing = drawn(awards=2, prizes=2)
    first = winners_of(drawing.draws.get())
    for number in range(1, 40):
        values = [[str(number + step) for step in range(6)], VALUES[1]]
        again = winners_of(draw_with(drawing, values=values, by=UserFactory(), reason="Mistyped."))
        if all(again[each].prize != first[each].prize for each in first):
            break

    new = [letter for letter in letters("prize_won") if "takes the place of" in letter.body]
    assert {letter.to[0] for letter in new} == first.keys()
    assert not letters("prize_superseded")


def test_the_same_values_are_the_same_draw():
    drawing = drawn()
    win = Win.objects.first()

    with pytest.raises(draws.AlreadyDrawn):
        draws.draw_again(drawing, by=UserFactory(), reason="Once more.", now=DRAW)

    win.refresh_from_db()
    assert win.status == Win.Status.TOLD
    assert not letters("prize_superseded")


def test_the_answer_to_a_dispute_is_sent():
    drawing, user = closed(awards=1), UserFactory()
    dispute = disputes.dispute(drawing, user=user, text="Mine is missing.", now=CLOSE)

    disputes.answer(dispute, by=UserFactory(), text="It came a day late.", upheld=False, now=CLOSE)

    (letter,) = letters("dispute_answered")
    assert letter.to == [user.email]
    assert "It came a day late." in letter.body


def test_each_sponsor_is_thanked_once():
    drawing = drawn()
    for prize in drawing.prizes.select_related("sponsor"):
        prize.sponsor.email = f"{prize.sponsor.slug}@sponsor.example"
        prize.sponsor.save(update_fields=["email"])

    for _ in range(2):
        prizes.thank_sponsors(drawing, by=UserFactory())

    thanks = letters("sponsor_thanks")
    assert sorted(letter.to[0] for letter in thanks) == sorted(
        f"{prize.sponsor.slug}@sponsor.example" for prize in drawing.prizes.all()
    )
    assert "Prize 1" in thanks[0].body


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_sponsor_is_thanked_in_their_language(language):
    drawing = drawn()
    Sponsor.objects.update(language=language, email="hello@sponsor.example")
    prizes.thank_sponsors(drawing, by=UserFactory())
    email = OutgoingEmail.objects.filter(kind="sponsor_thanks").earliest("pk")

    message = compose(email)

    with translation.override(language):
        expected = translation.gettext(
            "Your gift encouraged educators to learn something new. Thank you."
        )
    assert expected in message.body
    assert ("Gracias" in message.body) == (language == "es")


def test_every_letter_is_written_in_the_language_of_its_reader():
    drawn()
    OutgoingEmail.objects.update(language="es")

    for email in OutgoingEmail.objects.all():
        message = compose(email)
        assert 'lang="es"' in message.alternatives[0][0]


def test_a_picture_of_a_prize_is_saved_and_served(client):
    drawing = drafted(prizes=1)
    content = drafts.PrizeContent("A kite", 30, picture=png(40), picture_alt="A kite")
    drafts.save_prizes(drawing, [content], by=None)
    drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)

    shown = client.get(reverse("rewards:prize_picture", args=[drawing.slug, 1]))

    assert shown["Content-Type"] == "image/png"
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")


def test_the_picture_of_a_draft_is_nothing_to_strangers(client):
    drawing = drafted(prizes=1)
    content = drafts.PrizeContent("A kite", 30, picture=png(40), picture_alt="A kite")
    drafts.save_prizes(drawing, [content], by=None)
    address = reverse("rewards:prize_picture", args=[drawing.slug, 1])

    for headers in ({}, {"if-none-match": "*"}, {"if-match": '"other"'}):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, "ETag" in answer) == (404, False)

    client.force_login(MembershipFactory(agency=drawing.agency, role="coordinator").user)
    shown = client.get(address)
    again = client.get(address, headers={"if-none-match": shown["ETag"]})
    assert (shown.status_code, again.status_code) == (200, 304)


def test_a_prize_picture_that_is_not_an_image_is_refused():
    form = PrizeForm(
        {"name": "A kite", "worth": "30", "quantity": "1", "picture_alt": "A kite"},
        {"picture": SimpleUploadedFile("kite.png", b"not a picture")},
        agency=AgencyFactory(),
        usable=[],
    )

    assert not form.is_valid()
    assert "picture" in form.errors
