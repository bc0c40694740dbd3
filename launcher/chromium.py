"""Finds or installs the Chromium for browser tests."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_INSTALL = "apt-get install chromium (or set CHROMIUM to the program)"


def find() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


def find_or_install() -> str | None:
    """Find Chromium, or install it when running as root on Debian."""
    found = find()
    is_debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if found or os.environ.get("CHROMIUM") or os.geteuid() != 0 or not is_debian:
        return found
    print("Installing Chromium for the browser tests ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        command = ["apt-get", "-qq", "-o", "Acquire::Retries=3", *words]
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL)
    return find()
