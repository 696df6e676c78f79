"""Finds Chromium for the browser tests: python -m tests.chromium installs Debian's if there is none."""

import os
import shutil
import subprocess
import sys
from typing import Any

SHELL = "chromium-headless-shell"  # the headless build: draws the same with half the CPU
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "The browser tests need Chromium: install it (on Debian: apt-get install chromium) "
    "or name its program in POS_CHROMIUM."
)


def find() -> str:
    """The program's path, empty where there is none."""
    named = os.environ.get("POS_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), "")


def wanted() -> tuple[str, ...]:
    """Debian's packages to try, the better one first; none if the machine has a browser."""
    if not find():
        return (SHELL, "chromium")
    return (SHELL,) if os.environ.get("CI") and not shutil.which(SHELL) else ()


def install(*packages: str) -> None:
    """Installs the first of these packages that Debian offers, if we have the rights."""
    if os.geteuid() != 0 or os.environ.get("POS_CHROMIUM") or not shutil.which("apt-get"):
        return
    print("Installing Chromium for the browser tests ...", flush=True)
    quiet: Any = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "-qq", "update"], **quiet)
    for package in packages:
        got = subprocess.run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", package], **quiet)
        if got.returncode == 0:
            return


if __name__ == "__main__":
    if packages := wanted():
        install(*packages)
    sys.exit(0 if find() else MISSING)
