from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.nginx import nginx_before
from tests.deploy.nginx_site import SOON, Site
from tests.faults.web_node import WebNode
from tests.faults.worker import PROJECT


@pytest.fixture(scope="module")
def static_root(tmp_path_factory) -> str:
    folder = str(tmp_path_factory.mktemp("static"))
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=PROJECT,
        env={**os.environ, "STATIC_ROOT": folder},
        check=True,
    )
    return folder


@pytest.fixture
def site(kept_files, static_root):
    (kept_files / "default").mkdir(parents=True, exist_ok=True)
    (kept_files / "media").symlink_to(kept_files / "default")
    web = WebNode(
        files=kept_files,
        PUBLIC_ORIGIN="https://badges.example.org",
        STATIC_ROOT=static_root,
        TRUST_PROXY="1",
        RECORDING_ACCEL="/_recordings/",
    )
    try:
        web.start()
        with nginx_before(web.port, validity=f"{SOON}s", files=kept_files) as proxy:
            yield Site(web, proxy.port, proxy.folder)
    finally:
        web.kill()
