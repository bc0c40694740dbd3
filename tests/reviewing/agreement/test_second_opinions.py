"""Our formulas against those of irrcac and statsmodels.

`second_opinions.json` keeps what they said of some tables, so that every run compares. The long
test asks them again, about these and others. They hold other packages at old versions, so they
have an environment of their own: `requirements/statistics.txt`.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from reviewing.agreement.formulas import ac1, count, kappa, percent_agreement, wilson

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
HOME = ROOT / ".cache" / "statistics"
KEPT = json.loads((HERE / "second_opinions.json").read_text())


def our_figures(both_met, only_first, only_second, both_not_yet):
    pairs = (
        [(True, True)] * both_met
        + [(True, False)] * only_first
        + [(False, True)] * only_second
        + [(False, False)] * both_not_yet
    )
    counts = count(pairs)
    return {
        "ac1 (irrcac)": ac1(counts),
        "agreement (irrcac)": percent_agreement(counts),
        "kappa (irrcac)": kappa(pairs),
        "kappa (statsmodels)": kappa(pairs),
        "wilson (statsmodels)": list(wilson(counts.agreed, counts.pairs)),
    }


def assert_the_same(theirs, ours):
    for name, value in theirs.items():
        expected = value if value is None else pytest.approx(value, abs=1e-9)
        assert ours[name] == expected, name


@pytest.mark.parametrize("case", KEPT, ids=lambda case: str(case["table"]))
def test_we_say_what_irrcac_and_statsmodels_said(case):
    assert_the_same(case["figures"], our_figures(*case["table"]))


@pytest.mark.long
def test_we_say_what_they_say_today():
    if problem := install():
        pytest.skip(problem)
    chance = random.Random(13)
    others = [[chance.randrange(60) for _ in range(4)] for _ in range(30)]
    tables = [case["table"] for case in KEPT] + [table for table in others if sum(table)]

    answers = ask(tables)

    assert answers[: len(KEPT)] == [case["figures"] for case in KEPT]
    for table, theirs in zip(tables, answers, strict=True):
        assert_the_same(theirs, our_figures(*table))


def ask(tables):
    asked = subprocess.run(
        [HOME / "bin" / "python", HERE / "ask_others.py"],
        input=json.dumps(tables), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return json.loads(asked.stdout)


def install() -> str:
    """Make the environment, once for this lock file. Returns why it can't be made, or ""."""
    lock = ROOT / "requirements" / "statistics.txt"
    done = HOME / ".synced"
    if done.exists() and done.read_text() == lock.read_text():
        return ""
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    for command in ([sys.executable, "-m", "venv", "--clear", str(HOME)], [*pip, "-r", str(lock)]):
        made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if made.returncode:
            return f"irrcac and statsmodels can't be installed: {made.stderr.strip()[-200:]}"
    done.write_text(lock.read_text())
    return ""
