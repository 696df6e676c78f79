"""Proves restored books: brought up to date, then audited and held against their seals by processes of their own."""

import json
from typing import Any

from django.utils.translation import gettext as _

from pos.backups.programs import last_words
from pos.backups.restoring import Database, brought_up_to_date, manage
from pos.backups.trouble import BackupTrouble


def prove(owner: Database, shop: Database) -> int:
    """Returns how many rules the audit checked. Raises BackupTrouble if it finds a fault."""
    rules = audited(owner, shop)["invariants"]
    broken = [row["code"] for row in rules if not row["ok"] and not row["hint"]]
    if broken:
        raise BackupTrouble(
            _("The audit of the restored books finds faults: %(codes)s.") % {"codes": ", ".join(broken)}
        )
    return len(rules)


def prove_seals(owner: Database, shop: Database) -> str:
    """What the verifier of the seals says of restored books. Raises BackupTrouble if they do not hold."""
    done = manage(owner, shop, "verify_seals", "--of-a-backup")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [""])[0]
        raise BackupTrouble(_("The seals of the restored books do not hold: %(reason)s") % {"reason": reason})
    return done.stdout.strip()


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
