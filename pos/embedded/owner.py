"""The user that runs the embedded PostgreSQL, and the folders that user may access."""

import os
import pwd
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any


class CannotStart(Exception):
    """Says what prevents the start, and what to do about it."""


def owner_of(data: Path) -> pwd.struct_passwd | None:
    """The ordinary user to run the server as, or None for the current user."""
    folder = data if data.exists() else data.parent
    return ordinary_user(os.geteuid(), folder.stat().st_uid)


def ordinary_user(ourselves: int, owner: int) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: root switches to the folder's owner, or to nobody if root owns it."""
    if ourselves != 0:
        return None
    if owner != 0:
        with suppress(KeyError):
            return pwd.getpwuid(owner)
    return pwd.getpwnam("nobody")


def identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def must_reach(owner: pwd.struct_passwd | None, *paths: Path) -> None:
    for path in paths:
        seen = subprocess.run(["/bin/sh", "-c", 'test -x "$0"', str(path)], cwd="/", check=False, **identity(owner))
        if seen.returncode:
            name = owner.pw_name if owner else pwd.getpwuid(os.geteuid()).pw_name
            raise CannotStart(
                f"PostgreSQL runs as the user {name} (never as root), who cannot reach {path}: put the project and "
                "POS_DATA where every user may enter, or set DATABASE_URL to a server of your own."
            )


def private_folder(path: Path, owner: pwd.struct_passwd | None) -> None:
    """Makes the folder accessible to us or the owner only; refuses a folder created by somebody else."""
    expected = owner.pw_uid if owner else os.geteuid()
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if owner:
            os.chown(path, owner.pw_uid, owner.pw_gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or stat.S_IMODE(found.st_mode) != 0o700:
        raise CannotStart(f"{path} is not a private folder of the user the server runs as; remove it and start again.")
