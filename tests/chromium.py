"""The machine's Chromium, for the tests in the browser: python -m tests.chromium installs Debian's if there is none."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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


def install() -> None:
    if os.geteuid() == 0 and not os.environ.get("POS_CHROMIUM") and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if not find():
        install()
    sys.exit(0 if find() else MISSING)
