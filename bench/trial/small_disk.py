"""A small disk in memory, mounted by root, that can be filled to the last byte."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pos.embedded.owner import owner_of, private_folder

PART = b"\0" * 65536


class CannotMount(Exception):
    """Raised with the reason why no small disk can be mounted."""


@contextmanager
def mounted(place: Path, megabytes: int) -> Iterator[Path]:
    if os.geteuid():
        raise CannotMount("mounting a small disk needs root")
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CannotMount(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


def fill(place: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(PART)
        try:
            while True:
                file.write(b"\0")
        except OSError as full:
            if full.errno != errno.ENOSPC:
                raise
    return ballast


def megabytes(folder: Path) -> int:
    said = subprocess.run(["du", "-sm", str(folder)], check=True, capture_output=True, text=True).stdout
    return int(said.split()[0])


def copied(folder: Path, there: Path) -> None:
    subprocess.run(["cp", "-a", str(folder), str(there)], check=True, capture_output=True)


def moved(folder: Path, there: Path) -> None:
    """Moves the folder's content to the small disk and leaves a link in its place."""
    private_folder(there, owner_of(folder))
    for each in list(folder.iterdir()):
        kept = each.stat()
        copied = Path(shutil.move(each, there / each.name))
        os.chown(copied, kept.st_uid, kept.st_gid)
    folder.rmdir()
    folder.symlink_to(there)
