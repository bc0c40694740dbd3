"""Anyone can recompute a draw: from the ZIP with plain Python, and in a browser."""

from __future__ import annotations

import copy
import io
import json
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import playwright
import pytest
from django.conf import settings
from django.db import InternalError, transaction
from django.urls import reverse

from accounts.models import Membership
from audit.moves import TransitionNotAllowed
from issuing.awards.operations import changes as issuing
from rewards import rfc3797
from rewards.chances import frozen_lists
from rewards.chances import operations as chances
from rewards.draw import operations as draws
from rewards.draw import result
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Entry, Win
from rewards.prizes import operations as prizes
from tests.accounts.links import link
from tests.factories import MembershipFactory, UserFactory
from tests.rewards.drawing_factories import (
    CLOSE,
    DRAW,
    OTHER_VALUES,
    VALUES,
    announced,
    award,
    closed,
    draw_with,
    drawn,
    person_codes_on,
)

pytestmark = pytest.mark.django_db

# The day of the announced numbers, before the draw.
NUMBERS_KNOWN = DRAW - timedelta(days=1)


def eventful() -> Drawing:
    """A drawn drawing with skips, a person with many chances, and a prize passed on."""
    drawing = announced(prizes=3)
    regular = UserFactory()
    awards = [award(regular) for _ in range(4)] + [award() for _ in range(6)]
    drawings.close(drawing, now=CLOSE)
    by = UserFactory()
    issuing.revoke(awards[-1], by=by, reason="Not their own work.", now=CLOSE)
    relative = awards[-2].recipient
    drafts.exclude(drawing, relative, reason="family of a sponsor", by=by, now=CLOSE)
    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)
    prizes.decline(made.wins.get(prize__position=2), by=UserFactory(), now=DRAW)
    return Drawing.objects.get(pk=drawing.pk)


def unzip(client, drawing, folder: Path) -> Path:
    response = client.get(reverse("rewards:check_zip", args=[drawing.slug, 1]))
    packed = io.BytesIO(b"".join(response.streaming_content))
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


@pytest.mark.long
def test_the_script_from_the_zip_prints_the_same_winners(client, tmp_path):
    drawing = eventful()
    folder = unzip(client, drawing, tmp_path)

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py"],
        cwd=folder, capture_output=True, text=True, check=True, env={},
    )  # fmt: skip

    listed, secret, key, *steps = ran.stdout.splitlines()
    assert listed.endswith("as published")
    assert secret == "secret as committed"
    assert key == f"key {drawing.draws.get().key}"
    printed = [step.split(" ", 3) for step in steps]
    assert [(int(step[0]), step[2], step[3]) for step in printed if "skipped" not in step[3]] == [
        (win.position, win.line.entry.token, f"{win.prize.position}.{win.piece}")
        for win in Win.objects.order_by("position")
    ]
    assert {path.name for path in folder.iterdir()} == {
        "README.txt", "entries.csv", "inputs.json", "recompute.py",
    }  # fmt: skip


def test_the_script_reports_a_key_with_another_secret(client, tmp_path):
    folder = unzip(client, drawn(), tmp_path)
    inputs = json.loads((folder / "inputs.json").read_text())
    inputs["sources"][-1]["values"] = ["another"]
    (folder / "inputs.json").write_text(json.dumps(inputs))

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert "secret IS NOT THE LAST PART OF THE KEY" in ran.stdout


def test_the_script_reports_a_changed_list(client, tmp_path):
    folder = unzip(client, drawn(), tmp_path)
    listed = folder / "entries.csv"
    listed.write_bytes(listed.read_bytes().replace(b"1,", b"01,", 1))

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert "NOT AS PUBLISHED" in ran.stdout


def _node() -> str | None:
    shipped = Path(playwright.__file__).parent / "driver" / "node"
    return str(shipped) if shipped.exists() else shutil.which("node")


@pytest.mark.long
def test_the_browser_module_finds_the_same_winners(client, tmp_path):
    drawing = eventful()
    folder = unzip(client, drawing, tmp_path)
    module = Path(settings.BASE_DIR, "static/js/recompute.js")
    shutil.copy(module, folder / "recompute.mjs")
    (folder / "run.mjs").write_text(
        """
        import { readFileSync } from "node:fs";
        import { draw, keyString } from "./recompute.mjs";
        const inputs = JSON.parse(readFileSync("inputs.json"));
        const rows = readFileSync("entries.csv", "utf8").trim().split("\\n").slice(1);
        const picks = draw(rows.map((row) => row.split(",")[2]), inputs);
        console.log(JSON.stringify([keyString(inputs.sources), picks]));
        """
    )

    ran = subprocess.run(
        [_node(), "run.mjs"], cwd=folder, capture_output=True, text=True, check=True
    )

    key, picks = json.loads(ran.stdout)
    made = drawing.draws.get()
    assert key == made.key
    assert [(pick["number"], pick["prize"]) for pick in picks] == [
        (step.number, f"{step.prize.position}.{step.win.piece}" if step.prize else "")
        for step in result.steps(made)
    ]


def test_every_value_changes_the_key():
    made = drawn().draws.get()
    whole = draws.published_inputs(made)

    for left_out in range(len(whole["sources"])):
        fewer = copy.deepcopy(whole)
        del fewer["sources"][left_out]
        assert rfc3797.key_string(fewer["sources"]) != made.key
    for number, source in enumerate(whole["sources"]):
        for value in range(len(source["values"])):
            fewer = copy.deepcopy(whole)
            del fewer["sources"][number]["values"][value]
            fewer["sources"][number]["values"] += ["7"] if len(source["values"]) == 1 else []
            assert rfc3797.key_string(fewer["sources"]) != made.key


@pytest.mark.long
def test_the_draw_gives_the_same_result_from_few_lines_as_from_all():
    made = eventful().draws.get()
    everyone = person_codes_on(made.entry_list)

    assert draws.sequence(made) == rfc3797.draw(everyone, draws.published_inputs(made))


def test_the_draw_reads_more_lines_when_it_needs_them():
    made = drawn(awards=9).draws.get()
    people = frozen_lists.person_codes(made.entry_list, made.key, steps=2)

    assert [people[n] for n in range(9)] == person_codes_on(made.entry_list)


def test_people_who_became_staff_after_the_close_are_skipped():
    drawing = closed(awards=3)
    new_coordinator = Entry.objects.first().user
    MembershipFactory(user=new_coordinator, agency=drawing.agency, role=Membership.Role.COORDINATOR)

    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    assert new_coordinator not in {win.line.entry.user for win in made.wins.all()}
    assert made.skips.get().reason == "staff of the program"


def test_staff_can_take_part_if_the_rules_allow_it():
    drawing = announced(excludes_staff=False)
    staff = MembershipFactory(agency=drawing.agency, role=Membership.Role.COORDINATOR).user

    chances.take_free_entry(drawing, user=staff, now=CLOSE - timedelta(days=1))
    drawings.close(drawing, now=CLOSE)

    assert drawing.lists.get().count == 1


@pytest.mark.parametrize("whose", ["user", "main"])
def test_another_account_of_an_excluded_person_cannot_take_a_free_entry(whose):
    drawing = announced()
    accounts = {"user": UserFactory(), "main": UserFactory()}
    link(accounts["user"], accounts["main"])
    other = accounts["main" if whose == "user" else "user"]
    drafts.exclude(drawing, accounts[whose], reason="family of a sponsor", by=UserFactory())

    with pytest.raises(chances.CannotEnter):
        chances.take_free_entry(drawing, user=other, now=CLOSE - timedelta(days=1))


def test_accounts_linked_after_the_close_win_once():
    drawing = closed(awards=2)
    first, second = [entry.user for entry in Entry.objects.all()]
    link(second, first, now=CLOSE)

    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    assert made.wins.count() == 1
    assert made.skips.get().reason == "the same person as another on the list"


def test_announced_prizes_cannot_change():
    drawing = announced()

    with pytest.raises(InternalError), transaction.atomic():
        drawing.prizes.update(worth=1)
    with pytest.raises(InternalError), transaction.atomic():
        drawing.prizes.filter(position=1).delete()
    with pytest.raises(InternalError), transaction.atomic():
        drawing.prizes.create(position=9, name="A late one", worth=1)
    drawing.prizes.update(how_to_collect="At the office.")


def test_the_list_cannot_be_corrected_once_the_numbers_may_be_known():
    drawing = closed()

    with pytest.raises(TransitionNotAllowed):
        drawings.correct_list(
            drawing, by=UserFactory(), reason="One was missing.", now=NUMBERS_KNOWN
        )


def test_nobody_can_be_excluded_once_the_numbers_may_be_known():
    drawing = closed()
    person = Entry.objects.first().user

    with pytest.raises(TransitionNotAllowed):
        drafts.exclude(drawing, person, reason="family", by=UserFactory(), now=NUMBERS_KNOWN)

    assert not drawing.excluded_people.exists()


def test_facts_found_after_the_numbers_are_known_cause_no_skips():
    drawing = closed(awards=3)
    first, second, third = Entry.objects.all()
    by = UserFactory()
    issuing.revoke(first.assertion, by=by, reason="Not their own work.", now=NUMBERS_KNOWN)
    link(second.user, third.user, now=NUMBERS_KNOWN)

    made = draw_with(drawing, values=VALUES, by=by, now=DRAW)

    assert not made.skips.exists()


def test_a_repeated_draw_has_the_skips_of_the_first():
    drawing = closed(awards=4, prizes=3)
    revoked = Entry.objects.first().assertion
    issuing.revoke(revoked, by=UserFactory(), reason="Not their own work.", now=CLOSE)
    first = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)
    winner = first.wins.first().line.entry.user
    MembershipFactory(user=winner, agency=drawing.agency, role=Membership.Role.COORDINATOR)

    again = draw_with(
        drawing, values=OTHER_VALUES, by=UserFactory(), now=DRAW, reason="A typing error."
    )

    assert [(skip.line, skip.reason) for skip in again.skips.all()] == [
        (skip.line, skip.reason) for skip in first.skips.all()
    ]
    assert winner in {win.line.entry.user for win in again.wins.all()}


def test_an_interrupted_draw_gives_the_same_winners_when_repeated(monkeypatch):
    drawing = closed()
    expected = [
        pick.number
        for pick in rfc3797.draw(
            person_codes_on(drawing.lists.get()),
            {
                "sources": [
                    {"kind": "numbers", "values": VALUES[0]},
                    {"kind": "numbers", "values": VALUES[1]},
                    {"kind": "text", "values": [drawing.secret]},
                ],
                "prizes": [{"id": "1", "quantity": 1}, {"id": "2", "quantity": 1}],
                "prizes_per_person": 1, "skipped": [], "given_up": [],
            },
        )
    ]  # fmt: skip

    def killed(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as interrupted:
        interrupted.setattr(draws, "email_winners", killed)
        with pytest.raises(SystemExit):
            draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)
    assert not Win.objects.exists()
    assert not drawing.draws.exists()
    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    assert [win.line.number for win in made.wins.order_by("position")] == expected
