"""Proves restored books: brought up to date, then audited by a process of their own."""

import json
from typing import Any

from django.utils.translation import gettext as _

from pos.backups.programs import last_words
from pos.backups.restoring import Database, brought_up_to_date, manage
from pos.backups.trouble import BackupTrouble


def prove(owner: Database, shop: Database) -> None:
    """Raises BackupTrouble if the audit of the books finds a fault."""
    said = audited(owner, shop)
    broken = [row["code"] for row in said["invariants"] if not row["ok"] and not row["hint"]]
    if broken:
        raise BackupTrouble(
            _("The audit of the restored books finds faults: %(codes)s.") % {"codes": ", ".join(broken)}
        )


def audited(owner: Database, shop: Database) -> dict[str, Any]:
    """What `audit --json` says of these books."""
    brought_up_to_date(owner, shop)
    done = manage(owner, shop, "audit", "--json")
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise BackupTrouble(
            _("The restored books could not be audited: %(reason)s") % {"reason": last_words(done.stderr.encode())}
        ) from None
    return said


def take_unproved(owner: Database, shop: Database) -> None:
    brought_up_to_date(owner, shop)
