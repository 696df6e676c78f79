"""Fuzzes the API with unusual calls that its document allows: python -m bench.fuzz [--calls 20000]

Schemathesis asks every operation as nobody, a cashier, a manager, a key that reads, one that writes and one in sandbox
mode, then follows the links it finds from answer to request, as a manager. The shop has goods, a member, an open shift
and a product sold below nothing. Each answer must be of a status and a shape that the document names, and never a 5xx.
The last line is JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from unittest import SkipTest
from uuid import uuid4

from bench import stage

Headers = Callable[[], dict[str, str]]
STEPS, MOST_TOLD, LINKED, LONGEST = 6, 20, 0.2, 60


@dataclass(slots=True)
class Outcome:
    """What was requested, and what was wrong with the answers."""

    end: float
    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.end

    def check(self, actor: str, case: Any, answer: Any, promises: Sequence[Any]) -> None:
        self.calls += 1
        self.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=promises)
        except (AssertionError, ExceptionGroup) as fault:
            told = fault.exceptions if isinstance(fault, ExceptionGroup) else [fault]
            said = "\n".join(f"{answer.status_code} {one}" for one in told)
            self.wrong.setdefault(f"{actor} {case.operation.label}", said[:1500])


def asked_of_all(document: Any, actors: Mapping[str, Headers], examples: int, out: Outcome) -> None:
    from hypothesis import HealthCheck, given, settings

    usual = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    for actor, headers in actors.items():
        for found in document.get_all_operations():
            if not out.is_over:
                usual(given(case=found.ok().as_strategy())(asking(actor, headers, out)))()


def asking(actor: str, headers: Headers, out: Outcome) -> Callable[[Any], None]:
    def answers(case: Any) -> None:
        if not out.is_over:
            out.check(actor, case, case.call(headers=headers(), timeout=LONGEST), promises())

    return answers


def linked(document: Any, headers: Headers, examples: int, out: Outcome) -> None:
    """Goes from answer to request by the links Schemathesis finds in the document."""
    from hypothesis import HealthCheck, settings
    from hypothesis.stateful import run_state_machine_as_test

    class Machine(document.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            super().setup()
            if out.is_over:
                raise SkipTest("over")

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers(), "timeout": LONGEST}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            out.check("linked", case, response, promises())

    usual = settings(max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None)
    with suppress(SkipTest):
        run_state_machine_as_test(Machine, settings=settings(usual, suppress_health_check=list(HealthCheck)))


def promises() -> Sequence[Any]:
    from schemathesis import checks

    return [
        checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]


def actors() -> dict[str, Headers]:
    """The headers of each, made anew for each call: one of the calls may be to end a sign-in, to switch a person off or
    to revoke a key."""
    from accounts.access import keys, tokens
    from accounts.models import Role, User
    from accounts.people import staff
    from billing.drawer import shifts
    from billing.models import Register
    from billing.order import Order, Tendered, Wanted
    from billing.sale import sales
    from inventory.goods import products
    from members import registry
    from pos.api.scopes import PRACTISED, SCOPES

    def hired(role: str) -> Headers:
        person = staff.hire(by=None, username=role, name=role.title(), role=role, password=str(uuid4()))

        def entered() -> dict[str, str]:
            User.objects.filter(pk=person.pk).update(is_active=True, role=role, custom_role=None)
            return bearer(tokens.issue(User.objects.get(pk=person.pk))["access"])

        return entered

    def key(name: str, scopes: list[str], **facts: Any) -> Headers:
        bounds: dict[str, Any] = {"per_minute": 6000, "days": 1, "may_refund": True, **facts}
        return lambda: bearer(keys.make(by=chief, name=name, scopes=scopes, **bounds).secret)

    people = {"nobody": dict, "cashier": hired(Role.CASHIER), "manager": hired(Role.MANAGER)}
    chief = staff.hire(by=None, username="chief", name="Chief", role=Role.MANAGER, password=str(uuid4()))
    shifts.open_shift(Register.objects.create(code="R1", name="Till").code, opening_float=Decimal(100), by=chief)
    products.create(by=chief, name="Green tea", price=Decimal("12.50"), codes=["4006381333931"], opening_stock=1000)
    below = products.create(by=chief, name="Oversold", price=Decimal(1), allow_negative_stock=True)
    lines, paid = [Wanted(Decimal(3), below.pk)], [Tendered("cash", Decimal(3))]
    sales.sell(Order(key=uuid4(), lines=lines, payments=paid, register="R1"), cashier=chief)
    registry.register(name="Vera", email="vera@example.org", phone="", pin="482917", by=chief)
    reading, writing = ([scope for scope in SCOPES if scope.endswith(ending)] for ending in (":read", ":write"))
    return {
        **people,
        "reading key": key("Reads", reading),
        "writing key": key("Writes", writing),
        "sandbox key": key("Practises", [*reading, PRACTISED], sandbox=True),
    }


def bearer(word: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {word}"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=3600, help="then it ends, however many calls it made")
    asked = parser.parse_args(arguments)
    with stage.database():
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=stage.BASE_DIR, check=True)
        import django
        import schemathesis

        django.setup()
        known = actors()
        with stage.server(2) as base:
            document = schemathesis.openapi.from_url(f"{base}/api/v1/schema", timeout=LONGEST)
            operations = sum(1 for _ in document.get_all_operations())
            by_link = asked.calls * LINKED
            each = round((asked.calls - by_link) / operations / len(known))
            end = time.monotonic() + asked.seconds
            single = Outcome(end - asked.seconds * LINKED)
            asked_of_all(document, known, max(1, each), single)
            together = Outcome(end)
            linked(document, known["manager"], max(1, round(by_link / STEPS)), together)
    told(operations, single, together)
    return 1 if single.wrong or together.wrong else 0


def told(operations: int, single: Outcome, together: Outcome) -> None:
    wrong = single.wrong | together.wrong
    for place, fault in list(wrong.items())[:MOST_TOLD]:
        print(f"{place}\n{fault}\n")
    statuses = single.statuses + together.statuses
    result = {
        "benchmark": "fuzz",
        "operations": operations,
        "calls": single.calls,
        "linked_calls": together.calls,
        "statuses": dict(sorted(statuses.items())),
        "server_errors": sum(times for status, times in statuses.items() if status >= 500),
        "wrong": sorted(wrong),
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
