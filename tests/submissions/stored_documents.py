"""Opens documents as they were stored, after a look for private data and for missing parts."""

from __future__ import annotations

import posixpath
import re
import zipfile

import pytest
from lxml import etree

from submissions.files import FileRefused, clean_bytes
from tests.submissions.office_samples import SECRET


def cleaned(data: bytes, name: str = "Plan") -> zipfile.ZipFile:
    """The stored document, after a look for the secret, and for what refers to missing parts."""
    stored = zipfile.ZipFile(clean_bytes(data, name).file)
    names = set(stored.namelist())
    for each in names:
        content = stored.read(each)
        assert SECRET.encode() not in content, each
        if not content.startswith(b"<"):
            continue
        root = etree.fromstring(content)
        if each.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(each))
            for relation in root:
                if relation.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join(folder, relation.get("Target")))
                    assert target.lstrip("/") in names
        elif each == "[Content_Types].xml":
            assert {o.get("PartName")[1:] for o in root if o.get("PartName")} <= names
        else:
            assert_relationships_exist(stored, each, root)
    return stored


def assert_relationships_exist(stored, name, root):
    folder, _, last = name.rpartition("/")
    try:
        ids = {
            each.get("Id") for each in etree.fromstring(stored.read(f"{folder}/_rels/{last}.rels"))
        }
    except KeyError:
        ids = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            if "officeDocument/2006/relationships" in key and value:
                assert value in ids


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        clean_bytes(data, "Plan")
    return str(refused.value)


def main_part(data: bytes) -> str:
    with cleaned(data) as stored:
        name = next(
            n
            for n in stored.namelist()
            if re.fullmatch(r"\w+/(document|presentation|workbook).xml", n)
        )
        return stored.read(name).decode().partition(">")[2].rpartition("<")[0]
