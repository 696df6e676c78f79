"""Fuzzes the API with every call its document allows, and with those it forbids: python -m bench.fuzz

Schemathesis asks each operation as nobody, a cashier, a manager, a key that reads, one that writes and one in sandbox
mode: first with every edge of its schema, kept and broken, then with random calls, then along the links it finds from
answer to request. All its checks apply except one: a call that fits the schema may still be refused by the shop. The
last line is JSON.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench import stage
from bench.fuzz_actors import Headers, actors

MOST_TOLD, LONGEST = 30, 60
RULES = """
max-time = {seconds}
request-timeout = 60
continue-on-failure = true
[generation]
max-examples = {examples}
[checks.positive_data_acceptance]
enabled = false
[checks.negative_data_rejection]
expected-statuses = ["4xx", "503"]
"""


@dataclass(slots=True)
class Outcome:
    """What was requested, and what was wrong with the answers."""

    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def add(self, actor: str, done: Any) -> None:
        """The calls of one scenario, and the checks of their answers."""
        self.calls[f"{actor}, {done.phase.value}"] += len(done.recorder.interactions)
        self.statuses.update(one.response.status_code for one in done.recorder.interactions.values() if one.response)
        for call, checks in done.recorder.checks.items():
            for check in (check for check in checks if check.failure_info):
                operation = done.recorder.cases[call].value.operation.label
                told = f"{check.failure_info.failure.message}\n{check.failure_info.code_sample}"
                self.wrong.setdefault(f"{actor}: {operation}: {check.name}", told[:1500])


def ask(actor: str, headers: Headers, address: str, rules: str, out: Outcome) -> None:
    import schemathesis
    from django.db import connection
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import events, from_schema

    class SignedIn:
        def get(self, case: Any, context: Any) -> dict[str, str]:
            try:
                return headers()
            finally:
                connection.close()

        def set(self, case: Any, data: dict[str, str], context: Any) -> None:
            case.headers = {**(case.headers or {}), **data}

    document = schemathesis.openapi.from_url(address, config=SchemathesisConfig.from_str(rules), timeout=LONGEST)
    document.auth.auth(refresh_interval=None)(SignedIn)
    for event in from_schema(document).execute():
        if isinstance(event, events.ScenarioFinished):
            out.add(actor, event)
        elif isinstance(event, events.FatalError | events.NonFatalError):
            fault = event.exception if isinstance(event, events.FatalError) else event.value
            out.wrong.setdefault(f"{actor}: {type(fault).__name__}", str(fault)[:1500])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=10, help="random calls of each operation by each asker")
    parser.add_argument("--seconds", type=int, default=3600, help="divided among the askers; then it ends")
    parser.add_argument("--only", nargs="*", default=[], help="these askers: nobody, cashier, manager, ...")
    asked = parser.parse_args(arguments)
    out = Outcome()
    with stage.database():
        stage.migrate()
        import django

        django.setup()
        known = {actor: headers for actor, headers in actors().items() if actor in (asked.only or [actor])}
        rules = RULES.format(seconds=asked.seconds // len(known), examples=asked.examples)
        with stage.server(2) as base:
            for actor, headers in known.items():
                ask(actor, headers, f"{base}/api/v1/schema", rules, out)
    tell(out)
    return 1 if out.wrong else 0


def tell(out: Outcome) -> None:
    for place, fault in list(out.wrong.items())[:MOST_TOLD]:
        print(f"{place}\n{fault}\n")
    result = {
        "benchmark": "fuzz",
        "calls": out.calls.total(),
        "calls_by_asker_and_phase": dict(out.calls),
        "statuses": dict(sorted(out.statuses.items())),
        "server_errors": sum(times for status, times in out.statuses.items() if status >= 500),
        "wrong": sorted(out.wrong),
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
