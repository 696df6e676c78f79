"""PostgreSQL's own programs, and how they are told which database to reach."""

import os
import shutil
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from pos.backups.trouble import BackupTrouble
from pos.embedded.owner import CannotStart
from pos.embedded.server import binaries
from pos.roles import IDENTITY

LAST_WORDS = 300


def program(name: str) -> str:
    """The path of pg_dump or pg_restore: the embedded ones, or those this machine has."""
    try:
        found = str(binaries() / name)
    except CannotStart:
        found = shutil.which(name) or ""
    if not found or not os.access(found, os.X_OK):
        raise BackupTrouble(_("%(program)s is not installed on this machine.") % {"program": name})
    return found


def shops_database() -> dict[str, Any]:
    return dict(connection.settings_dict)


def owners_database() -> dict[str, Any]:
    """The shop's database, reached as the role that owns its tables."""
    if not settings.DATABASE_OWNER:
        return shops_database()
    return shops_database() | {name: settings.DATABASE_OWNER.get(name, "") for name in IDENTITY}


def host_of(database: Mapping[str, Any]) -> str:
    return str(database.get("HOST") or database.get("OPTIONS", {}).get("host", ""))


def environment(database: Mapping[str, Any]) -> dict[str, str]:
    """What libpq reads, so that nothing of it is seen in the list of processes."""
    given = {
        "PGHOST": host_of(database),
        "PGPORT": str(database.get("PORT") or ""),
        "PGUSER": database.get("USER", ""),
        "PGPASSWORD": database.get("PASSWORD", ""),
        "PGDATABASE": database.get("NAME", ""),
    }
    return os.environ | {"LC_ALL": "C"} | {name: value for name, value in given.items() if value}


def reached(database: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """The arguments of psycopg.connect for this server, for another of its databases if `name` is given."""
    given = {"host": host_of(database), "port": database.get("PORT"), "user": database.get("USER")}
    given |= {"password": database.get("PASSWORD"), "dbname": name or database["NAME"]}
    return {part: value for part, value in given.items() if value}


def url(database: Mapping[str, Any]) -> str:
    """The database as DATABASE_URL says it, without its password."""
    host, port = host_of(database), database.get("PORT")
    place = "" if host.startswith("/") else f"{host}:{port}" if port else host
    more = f"?host={quote(host, safe='/')}" if host.startswith("/") else ""
    return f"postgres://{quote(database.get('USER', ''), safe='')}@{place}/{quote(database['NAME'], safe='')}{more}"


def last_words(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines() or [""]
    return lines[-1][:LAST_WORDS]
