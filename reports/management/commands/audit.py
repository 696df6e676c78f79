import json
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from pos import rewritings
from reports import audit
from reports.audit import Finding


class Command(BaseCommand):
    help = "Prove the books: every invariant of the shop, at one moment. Exit code 1 when one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(DatabaseError):  # a read-only replica refuses the write
            rewritings.note(rewritings.counted())
        found: list[Finding] = []
        with audit.one_moment():
            for finding in audit.findings():
                found.append(finding)
                if not options["json"]:
                    self.stdout.write(line(finding))
        broken = sum(finding.is_broken for finding in found)
        if options["json"]:
            self.stdout.write(json.dumps({"broken": broken, "invariants": [facts(finding) for finding in found]}))
        if broken:
            raise CommandError(f"{broken} of {len(found)} invariants are broken.", returncode=1)
        if not options["json"]:
            seconds = sum(finding.seconds for finding in found)
            self.stdout.write(self.style.SUCCESS(f"The books are right: {len(found)} invariants in {seconds:.1f} s."))


def line(finding: Finding) -> str:
    more = "" if finding.count <= len(finding.offenders) else f" and {finding.count - len(finding.offenders)} more"
    found = f"{finding.count}: {', '.join(finding.offenders)}{more}"
    verdict = "ok" if not finding.count else f"{'BROKEN' if finding.is_broken else 'look at'} {found}"
    return f"{finding.invariant.code:12} {finding.seconds:6.2f} s  {finding.invariant.says}: {verdict}"


def facts(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.invariant.code,
        "says": finding.invariant.says,
        "ok": not finding.count,
        "hint": finding.invariant.hint,
        "count": finding.count,
        "offenders": finding.offenders,
        "seconds": round(finding.seconds, 3),
    }
