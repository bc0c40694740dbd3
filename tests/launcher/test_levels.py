"""Which tests run at which level, and what is said of those that did not."""

import os
import subprocess
import sys

import pytest

from launcher.state import PROJECT

from .conftest import LIMIT

# Each starts the launcher.
pytestmark = pytest.mark.long

FILE = """
import pytest

def test_quick():
    pass

@pytest.mark.long
def test_long():
    pass
"""
SKIPPING = """
import pytest

def test_without_a_tool():
    pytest.skip("no such tool")

@pytest.mark.xfail
def test_known_to_fail():
    assert False
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of tests with a configuration of its own."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:django\nmarkers = long")
    (tmp_path / "test_one.py").write_text(FILE)
    (tmp_path / "test_other.py").write_text(FILE)
    return tmp_path


def run(*words, command="test", **environment):
    """The launcher with servers of somebody else's, so that it starts none."""
    servers = {"DATABASE_URL": "postgres://db.example/x", "REDIS_URL": "redis://cache.example/0"}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NOT_RUN_FILE", "REQUIRE_BROWSER") and not name.startswith("PYTEST_")
    }
    done = subprocess.run(
        [sys.executable, "-m", "launcher", command, *words],
        cwd=PROJECT,
        env={**inherited, **servers, **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("processes", ["-n0", "-n2"])
def test_a_folder_is_run_as_far_as_it_belongs_to_the_level(folder, processes):
    quick = run(folder, processes, "-v")
    long = run(folder, processes, "-v", command="test-long")

    assert (quick[0], quick[1].count("PASSED")) == (0, 2), quick[1]
    assert (long[0], long[1].count("PASSED")) == (0, 2), long[1]
    assert "::test_long" not in quick[1]
    assert "::test_quick" not in long[1]
    assert "Left to `make test-long`: 2 long tests." in quick[1]
    assert "Left to `make test`: 2 quick tests." in long[1]


GROUPED = """
import os
import pytest

@pytest.mark.long
@pytest.mark.xdist_group("one world")
@pytest.mark.parametrize("number", range(6))
def test_in_a_world_that_takes_long_to_make(number):
    print(os.environ["PYTEST_XDIST_WORKER"], "made a world")
"""


def test_tests_of_one_group_run_in_one_process(folder):
    for file in folder.glob("*.py"):
        file.write_text(GROUPED)

    code, output = run(folder, "-n2", "-rP", command="test-long")

    assert code == 0, output
    assert {output.count("gw0 made a world"), output.count("gw1 made a world")} == {0, 12}


def test_a_file_that_is_named_is_run_whole(folder):
    code, output = run(folder / "test_one.py", "-v", "-n0")

    assert (code, output.count("PASSED")) == (0, 2), output
    assert "Left to" not in output


def test_one_long_test_can_be_named(folder):
    code, output = run(f"{folder / 'test_one.py'}::test_long", "-v", "-n0")

    assert (code, output.count("PASSED")) == (0, 1), output


def test_a_run_without_a_test_fails_and_says_so(folder):
    code, output = run(folder, "-k", "nothing_of_that_name")

    assert code == 5
    assert output.splitlines()[-1] == "FAILED: there was no quick test to run."


def test_skipped_tests_are_the_last_words_and_kept_for_the_caller(folder):
    (folder / "test_skipping.py").write_text(SKIPPING)
    (folder / "test_one.py").write_text("def test_broken():\n    assert False")
    collected = folder / "collected"
    collected.write_text("of an earlier run\n")

    code, output = run(folder, NOT_RUN_FILE=str(collected))

    skipped = ["SKIPPED tests: 1", "  test_skipping.py::test_without_a_tool: no such tool"]
    assert code == 1
    assert output.splitlines()[-2:] == skipped
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed" in output
    assert collected.read_text().splitlines() == ["of an earlier run", *skipped]


def test_a_browser_test_without_a_browser_is_skipped_or_fails(folder):
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:django\nmarkers = browser")
    (folder / "test_one.py").write_text(
        "import pytest\n\n@pytest.mark.browser\ndef test_it():\n    pass"
    )
    none = {"CHROMIUM": "/nonexistent"}

    skipped = run(folder / "test_one.py", "-n0", **none)
    failed = run(folder / "test_one.py", "-n0", REQUIRE_BROWSER="1", **none)

    assert skipped[0] == 0
    assert skipped[1].splitlines()[-1].startswith("  test_one.py::test_it: no Chromium; install")
    assert failed[0] == 1
    assert "no Chromium, and REQUIRE_BROWSER=1" in failed[1]


@pytest.fixture
def ci(tmp_path):
    """`.ci/run`, where `make` says what it was asked for, skips a test, and fails where told to."""
    make = tmp_path / "make"
    make.write_text(
        "#!/bin/sh\n"
        'echo "1 passed at $1"\n'
        'echo "  a_test_of_$1: no such tool" >> "$NOT_RUN_FILE"\n'
        'test "$1" != "$BROKEN"\n'
    )
    make.chmod(0o755)

    def run_ci(broken=""):
        done = subprocess.run(
            [PROJECT / ".ci" / "run"],
            env={
                **os.environ,
                "PATH": f"{tmp_path}:{os.environ['PATH']}",
                "CHROMIUM": "/nonexistent",
                "BROKEN": broken,
            },
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        return done.returncode, done.stdout

    return run_ci


@pytest.mark.parametrize("broken", ["test", "test-long"])
def test_both_levels_are_run_also_when_one_fails(ci, broken):
    code, output = ci(broken)

    assert code == 1
    assert "1 passed at test\n" in output
    assert "1 passed at test-long\n" in output
    assert output.splitlines()[-3:] == [
        f"FAILED: make {broken}",
        "  a_test_of_test: no such tool",
        "  a_test_of_test-long: no such tool",
    ]


def test_both_levels_passed(ci):
    code, output = ci()

    assert code == 0
    assert "make test and make test-long passed." in output
