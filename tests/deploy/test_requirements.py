import re

import pytest

from launcher.state import PROJECT

FOLDER = PROJECT / "requirements"
NAMES = ("base", "dev", "recordings", "saml", "uv")


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(name):
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    words = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in lines)
    return {canonical(word.group()) for word in words if word}


def locked(name):
    text = (FOLDER / f"{name}.txt").read_text()
    return {
        (canonical(package), version)
        for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_has_every_package_with_hashes_and_no_address(name):
    text = (FOLDER / f"{name}.txt").read_text()

    assert wanted(name) <= {package for package, _ in locked(name)}
    assert "://" not in text
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text)[1:]:
        assert "--hash=sha256:" in entry


def test_the_dev_lock_contains_exactly_the_base_packages():
    assert locked("base") <= locked("dev")


def test_saml_comes_with_the_lxml_that_is_there_already():
    """xmlsec is loaded only next to an lxml that was built with the same libxml2."""
    lxml = {one for one in locked("base") if one[0] == "lxml"}

    assert lxml < locked("saml") <= locked("dev")
