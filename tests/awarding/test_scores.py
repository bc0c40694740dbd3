"""Test results earn badges by rules: previewed with reasons first, and never awarded twice."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from awarding import tasks
from awarding.lists.operations import batches, lists
from awarding.models import AwardList, ScoreImport
from awarding.scores import operations as scores
from awarding.states import ListStatus
from awarding.tasks import carry_on_award_lists
from issuing.awards.operations import changes
from issuing.models import Assertion
from issuing.states import AwardStatus
from tests.awarding.score_imports import (
    GOALS,
    HEAD,
    Kind,
    awarded_import,
    checked_import,
    reader_of,
    rule_for,
)
from tests.factories import BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db


def narratives() -> dict[str, str]:
    return dict(Assertion.objects.values_list("recipient_email", "narrative"))


def test_a_gain_earns_the_badge_and_its_narrative_says_why():
    badge = BadgeFactory(waiting_hours=48)
    rule_for(badge)

    awarded_import(
        badge,
        f"rosa@school.example,Rosa Álvarez,{GOALS},2026-03-15,219,228,\n"
        f"lee@school.example,Lee Wong,{GOALS},2026-03-15,219,223,\n"
        "ana@school.example,Ana Ruiz,GED Math,2026-03-15,100,200,\n",
    )

    award = Assertion.objects.get()
    assert award.narrative == f"{GOALS}: 219 to 228, a gain of 9."
    assert (award.source, award.recipient_name) == ("scores", "Rosa Álvarez")
    assert award.earned_on.date().isoformat() == "2026-03-15"
    assert award.recipient.is_invited


def test_a_preview_shows_earned_badges_with_reasons_and_problems_and_awards_nothing(client):
    badge = BadgeFactory()
    rule_for(badge)
    coordinator = coordinator_for(badge)
    client.force_login(coordinator)
    file = SimpleUploadedFile(
        "spring.csv",
        (
            HEAD + f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
            f"lee@school.example,Lee,{GOALS},2026-03-15,22B,230,\n"
            f"nobody,Ana,{GOALS},2026-03-15,219,228,\n"
            f"kim@school.example,Kim,{GOALS},2026-03-15,219,,\n"
            f"sam@school.example,Sam,{GOALS},soon,219,228,\n"
            f"low@school.example,Low,{GOALS},2026-03-15,219,220,\n"
        ).encode(),
    )

    answer = client.post(
        reverse("awarding:manage_score_new"), {"agency": badge.agency.pk, "file": file}, follow=True
    )

    score_import = ScoreImport.objects.get()
    assert answer.redirect_chain[-1][0] == score_import.get_absolute_url()
    assert f"{GOALS}: 219 to 228, a gain of 9." in answer.text
    problems = dict(score_import.results.exclude(problem="").values_list("line", "problem"))
    assert problems == {
        3: "score_unreadable",
        4: "bad_email",
        5: "no_result",
        6: "date_unreadable",
    }
    assert answer.context["without"] == 1
    assert "1 badge would be awarded" in answer.text
    assert not Assertion.objects.exists()
    assert not User.objects.filter(email="rosa@school.example").exists()


def test_the_same_results_again_award_nothing_and_later_ones_award_new_badges():
    first, second = BadgeFactory(), None
    second = BadgeFactory(issuer=first.issuer)
    rule_for(first, Kind.SCORE, value="220")
    rule_for(second, Kind.SCORE, value="230")
    march = f"rosa@school.example,Rosa,{GOALS},2026-03-15,,228,\n"

    awarded_import(first, march)
    again = awarded_import(first, march)
    assert Assertion.objects.count() == 1
    assert again.award_lists.get().rows.get().problem == "already"
    awarded_import(first, march + f"rosa@school.example,Rosa,{GOALS},2026-06-15,,235,\n")

    assert {award.badge_class for award in Assertion.objects.all()} == {first, second}
    assert Assertion.objects.count() == 2


def test_a_result_whose_award_was_cancelled_is_not_awarded_again():
    badge = BadgeFactory(waiting_hours=48)
    rule_for(badge)
    words = f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
    awarded_import(badge, words)
    changes.cancel(Assertion.objects.get(), by=UserFactory(), reason="Not hers.")

    awarded_import(badge, words)

    assert Assertion.objects.get().status == AwardStatus.CANCELLED


def test_results_of_an_undone_import_can_be_awarded_again():
    badge = BadgeFactory(waiting_hours=48)
    rule_for(badge)
    words = f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
    for _ in range(3):
        award_list = awarded_import(badge, words).award_lists.get()
        lists.undo(award_list, by=award_list.made_by, reason="The wrong file.")
        carry_on_award_lists()

    awarded_import(badge, words)

    statuses = Assertion.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["cancelled", "cancelled", "cancelled", "pending"]


def test_undoing_a_second_import_keeps_the_awards_of_the_first():
    badge = BadgeFactory(waiting_hours=48)
    rule_for(badge)
    words = f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
    first, second = checked_import(badge, words), checked_import(badge, words)
    for score_import in (first, second):
        scores.start(score_import, by=score_import.made_by)
        carry_on_award_lists()
    award_list = second.award_lists.get()
    lists.undo(award_list, by=award_list.made_by, reason="The wrong file.")
    carry_on_award_lists()

    assert Assertion.objects.get().status == AwardStatus.PENDING


def test_headings_in_spanish_and_in_any_order_are_read():
    words = "Nivel;Puntaje;Puntaje inicial;Prueba;Correo electrónico;Fecha\n"
    [result] = reader_of(
        f"{words}B1;228;219;Lectura;rosa@school.example;15 de marzo de 2026\n"
    ).rows()

    assert (result.level, result.post_given, result.pre_given) == ("B1", "228", "219")
    assert (result.test, result.email, str(result.earned_on)) == (
        "Lectura",
        "rosa@school.example",
        "2026-03-15",
    )


def test_nothing_pasted_is_refused(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))

    answer = client.post(
        reverse("awarding:manage_score_new"), {"agency": badge.agency.pk, "pasted": " \n"}
    )

    assert answer.status_code == 422
    assert not ScoreImport.objects.exists()


@pytest.mark.parametrize("words", ["a@b.example", "E-mail,Name\na@b.example,Rosa\n"])
def test_a_table_without_results_is_asked_about_and_awards_nothing(client, words):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))

    asked = client.post(
        reverse("awarding:manage_score_new"),
        {"agency": badge.agency.pk, "pasted": words},
        follow=True,
    )

    assert asked.resolver_match.view_name == "awarding:manage_score_columns"
    assert not ScoreImport.objects.exists()


def test_a_person_with_two_good_results_is_awarded_once():
    badge = BadgeFactory()
    rule_for(badge)

    awarded_import(
        badge,
        f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
        f"Rosa@school.example,Rosa,{GOALS},2026-04-15,219,231,\n",
    )

    assert Assertion.objects.count() == 1


def test_only_rules_of_published_badges_of_the_agency_count():
    badge, foreign = BadgeFactory(), BadgeFactory()
    closed = BadgeFactory(issuer=badge.issuer)
    for badge_class in (badge, foreign, closed):
        rule_for(badge_class)
    type(closed).objects.filter(pk=closed.pk).update(status="retired")

    awarded_import(badge, f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n")

    assert Assertion.objects.get().badge_class == badge


def test_the_narrative_is_in_the_language_of_the_badge():
    badge = BadgeFactory(version={"language": "es"})
    rule_for(badge)

    awarded_import(badge, f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n")

    assert Assertion.objects.get().narrative == f"{GOALS}: de 219 a 228, una ganancia de 9."


def test_a_stopped_import_resumes_where_it_was(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(tasks, "LIST_BATCHES", 1)
    badge = BadgeFactory()
    rule_for(badge)
    rows = "".join(f"p{n}@b.example,P,{GOALS},2026-03-15,219,228,\n" for n in range(5))
    score_import = checked_import(badge, rows)
    by = score_import.made_by

    scores.start(score_import, by=by)
    carry_on_award_lists()
    scores.stop(score_import, by=by)
    carry_on_award_lists()
    assert Assertion.objects.count() == 2
    scores.resume(score_import, by=by)
    for _ in range(4):
        carry_on_award_lists()

    assert Assertion.objects.count() == 5
    assert score_import.award_lists.get().status == ListStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_results_awarded_concurrently_award_each_person_once():
    badge = BadgeFactory()
    rule_for(badge)
    rows = "".join(f"p{n}@b.example,P,{GOALS},2026-03-15,219,228,\n" for n in range(20))
    both = [checked_import(badge, rows), checked_import(badge, rows)]
    for score_import in both:
        scores.start(score_import, by=score_import.made_by)
    together = threading.Barrier(2)

    def work(score_import):
        try:
            together.wait(5)
            while batches.run_next_batch(score_import.award_lists.get()):
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[score_import]) for score_import in both]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Assertion.objects.count() == 20
    granted = [score_import.award_lists.get().rows.granted().count() for score_import in both]
    assert sum(granted) == 20


def test_the_result_file_shows_what_every_result_earned(client):
    badge = BadgeFactory()
    rule_for(badge)
    score_import = awarded_import(
        badge,
        f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
        f"low@school.example,=Low,{GOALS},2026-03-15,219,220,\n"
        f"nobody,Ana,{GOALS},2026-03-15,219,228,\n",
    )
    client.force_login(score_import.made_by)

    answer = client.get(reverse("awarding:manage_score_result", args=[score_import.public_id]))

    lines = answer.getvalue().decode().splitlines()
    assert len(lines) == 4
    assert "a gain of 9." in lines[1]
    assert Assertion.objects.get().get_absolute_url() in lines[1]
    assert "It meets no rule." in lines[2]
    assert "'=Low" in lines[2]
    assert "This is not an email address" in lines[3]


def test_discarding_results_deletes_them_and_their_lists(client):
    badge = BadgeFactory()
    rule_for(badge)
    score_import = checked_import(badge, f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n")
    client.force_login(score_import.made_by)

    client.post(reverse("awarding:manage_score_discard", args=[score_import.public_id]))

    assert not ScoreImport.objects.exists()
    assert not AwardList.objects.exists()


def test_results_that_awarded_something_cannot_be_discarded(client):
    badge = BadgeFactory()
    rule_for(badge)
    score_import = awarded_import(badge, f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n")
    client.force_login(score_import.made_by)

    client.post(reverse("awarding:manage_score_discard", args=[score_import.public_id]))

    assert ScoreImport.objects.get().results.count() == 1


def test_results_can_be_uploaded_once_there_is_a_rule(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))

    without = client.get(reverse("awarding:manage_score_new"))
    rule_for(badge)
    with_one = client.get(reverse("awarding:manage_score_new"))

    assert ("Write the first rule" in without.text, "<textarea" in without.text) == (True, False)
    assert ("Write the first rule" in with_one.text, "<textarea" in with_one.text) == (False, True)


def test_results_of_other_agencies_are_hidden(client):
    badge = BadgeFactory()
    rule_for(badge)
    score_import = checked_import(badge, f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n")
    client.force_login(coordinator_for(BadgeFactory()))

    assert "results.csv" not in client.get(reverse("awarding:manage_scores")).text
    assert client.get(score_import.get_absolute_url()).status_code == 404
    for act in ("start", "stop", "resume", "discard"):
        address = reverse(f"awarding:manage_score_{act}", args=[score_import.public_id])
        assert client.post(address).status_code == 404
    result = reverse("awarding:manage_score_result", args=[score_import.public_id])
    assert client.get(result).status_code == 404
    typed = {"agency": badge.agency.pk, "pasted": HEAD}
    assert client.post(reverse("awarding:manage_score_new"), typed).status_code == 422


def test_the_number_of_queries_of_score_pages_does_not_grow_with_the_rows(client):
    badge = BadgeFactory()
    rule_for(badge)
    coordinator = coordinator_for(badge)
    client.force_login(coordinator)

    def count_queries(number):
        rows = "".join(f"p{n}@b.example,P,{GOALS},2026-03-15,219,228,\n" for n in range(number))
        score_import = checked_import(badge, rows, by=coordinator)
        counts = []
        for page in (
            score_import.get_absolute_url(),
            reverse("awarding:manage_scores"),
            reverse("awarding:manage_score_rules"),
        ):
            with CaptureQueriesContext(connection) as found:
                client.get(page)
            counts.append(len(found))
        return counts

    count_queries(1)
    one = count_queries(1)
    rule_for(badge, test="GED*")
    assert count_queries(3) == one
