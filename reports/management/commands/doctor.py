import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.doctor.examination import examine
from reports.doctor.finding import Finding, State

MARKS = {State.BAD: "BAD ", State.LOOK: "look", State.GOOD: "ok  "}


class Command(BaseCommand):
    help = "Examine the shop and say what to do. Exit code 1 when something is bad."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = examine()
        if options["json"]:
            self.stdout.write(json.dumps({"findings": [facts(finding) for finding in found]}))
        else:
            for finding in found:
                self.stdout.write(f"{MARKS[finding.state]}  {finding.title}: {finding.says}")
                if finding.do:
                    self.stdout.write(f"      -> {finding.do}")
        if count := sum(finding.state is State.BAD for finding in found):
            raise CommandError(f"{count} of {len(found)} findings are bad.", returncode=1)


def facts(finding: Finding) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(finding).items()} | {"state": finding.state.value}
