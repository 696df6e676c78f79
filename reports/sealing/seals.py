"""Closes what the ledgers gained by a signed seal, chained to the seal before, and finds what was changed since.

Rows are sealed by their ids, not their times: what was sold in an outage has a time of before. An id is only sealed
when every transaction that ran as it was the highest has ended, so that none can come in below it later.
"""

import hashlib
import json
from collections.abc import Iterator
from time import sleep
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pos import clock
from pos.postgres.silence import unlimited
from reports.models import DaySeal
from reports.sealing import anchor, rows, signing

VERSION = 1
MOST_ROWS = 200_000  # of one ledger in one seal
A_MOMENT, PATIENCE = 1.0, 30
RUNNING = """
    SELECT pid, backend_xid::text FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
"""


class StillWriting(Exception):
    """A transaction has been running for long; the seal is made later."""


def seal() -> int:
    """Seals what is new; returns how many seals were made."""
    until = rows.newest()
    wait_for_writers()
    made = 0
    while seal_next(until):
        made += 1
    return made


def wait_for_writers() -> None:
    """Until every transaction that may hold an id from before has ended."""
    sleep(A_MOMENT)
    with connection.cursor() as cursor:
        cursor.execute(RUNNING)
        waited_for = set(cursor.fetchall())
        for _turn in range(PATIENCE):
            cursor.execute(RUNNING)
            if waited_for.isdisjoint(cursor.fetchall()):
                return
            sleep(A_MOMENT)
    raise StillWriting(_("Something has been writing for long. The day is sealed when it has ended."))


def seal_next(until: dict[str, int]) -> bool:
    with rows.plain_texts(), unlimited():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('seals'))")
        last = DaySeal.objects.order_by("number").last()
        sealed = json.loads(last.document)["ledgers"] if last else {}
        found = dict(gained({table: facts["until"] for table, facts in sealed.items()}, until))
        if all(facts["after"] == facts["until"] for facts in found.values()):
            return False
        if last is None:
            signing.make_key()
        number = last.number + 1 if last else 1
        document = {
            "version": VERSION,
            "number": number,
            "before": digest_of(last.document) if last else "",
            "key": signing.public_name(),
            "at": clock.now().isoformat(),
            "ledgers": found,
        }
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        made = DaySeal.objects.create(number=number, document=text, signature=signing.private_key().sign(text.encode()))
        transaction.on_commit(lambda: anchor.note(made.number, digest_of(text)))
    return True


def gained(reached: dict[str, int], until: dict[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    for table, names in rows.ledgers().items():
        after = reached.get(table, 0)
        end = rows.reach(table, names[0], after, max(after, until[table]), MOST_ROWS)
        count, digest = rows.digest(table, names, after, end)
        yield table, {"columns": names, "after": after, "until": end, "rows": count, "sha256": digest}


def digest_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def faults(*, of_a_backup: bool = False) -> list[str]:
    """What does not agree with the seals, in words; nothing where all is as it was sealed.

    The books of a backup lack the seals made since it was taken: those are not missed.
    """
    with rows.plain_texts(), unlimited():
        return [*of_the_chain(), *of_the_rows(), *of_the_anchor(of_a_backup=of_a_backup)]


def of_the_chain() -> Iterator[str]:
    made_so_far = list(DaySeal.objects.order_by("number"))
    before, public = "", signing.public_name() if made_so_far else ""
    for place, made in enumerate(made_so_far, 1):
        document = json.loads(made.document)
        if made.number != place or document["number"] != place or document["before"] != before:
            yield _("Seal %(number)s does not follow the one before it.") % {"number": made.number}
        if document["key"] != public or not signing.is_signed(made.document, bytes(made.signature), public):
            yield _("Seal %(number)s is not signed by this shop.") % {"number": made.number}
        before = digest_of(made.document)


def of_the_rows() -> Iterator[str]:
    for made in DaySeal.objects.order_by("number"):
        for table, facts in json.loads(made.document)["ledgers"].items():
            if rows.digest(table, facts["columns"], facts["after"], facts["until"]) != (facts["rows"], facts["sha256"]):
                yield _("Seal %(number)s: %(table)s was changed.") % {"number": made.number, "table": table}


def of_the_anchor(*, of_a_backup: bool = False) -> Iterator[str]:
    held = {made.number: digest_of(made.document) for made in DaySeal.objects.all()}
    newest = max(held, default=0)
    for number, digest in anchor.noted().items():
        if held.get(number) != digest and not (of_a_backup and number > newest):
            yield _("Seal %(number)s is in the seals' file, but not in the books.") % {"number": number}
