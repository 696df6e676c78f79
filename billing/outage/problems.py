"""Sales of an outage that wait for a manager: sold after all, once, or closed with a reason."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import Bill, OutageProblem, Register
from billing.order import Order
from billing.outage.posting import Posted, remember
from billing.outage.rung_up import Content, GoodsNow, RungUp
from billing.sale import quotes, sales
from inventory.models import Product
from inventory.shelf import stock
from pos.checks import check_text
from pos.clock import Now
from pos.errors import Invalid, ManagersOnly, Refused, TooLarge
from pos.exactly_once import ANEW, Anew
from pos.web.language import of_the_shop

LONGEST_TEXT, LONGEST_NUMBER, LONGEST_REASON = 100_000, 30, 200


class ProblemIsClosed(Refused):
    code = "problem_is_closed"
    message = _("A manager has closed this already.")


class Unreadable(Refused):
    code = "unreadable"
    message = _("The shop cannot read what the till sent: write a bill by hand, then close this with its number.")


def waiting(register: Register | None = None) -> QuerySet[OutageProblem]:
    """The problems not settled yet, of this register or of all."""
    found = OutageProblem.objects.filter(settled_at=None)
    return found.filter(register=register) if register else found


def jobs_counted() -> dict[tuple[str, str], int]:
    return {("outage_problem", "waiting"): waiting().count()}


def to_look_at(
    shown: Iterable[OutageProblem],
) -> list[tuple[OutageProblem, datetime | None, list[Content]]]:
    """Each with when it was sold, and its lines, which get their goods' names where a machine told none."""
    kept = [(problem, problem.content["lines"] if problem.is_readable else []) for problem in shown]
    unnamed = [line["product"] for _, lines in kept for line in lines if "product" in line and "name" not in line]
    names = dict(Product.objects.filter(pk__in=unnamed).values_list("pk", "name"))

    def named(line: Content) -> Content:
        return {"name": names.get(line.get("product", 0)) or line.get("barcode") or line.get("product"), **line}

    return [(problem, rung_up_at(problem), [named(line) for line in lines]) for problem, lines in kept]


def rung_up_at(problem: OutageProblem) -> datetime | None:
    return RungUp(problem.key, problem.content).at if problem.is_readable else None


def keep_unread(sent: Any, why: str, *, by: User) -> Posted:
    """Stores, once, what cannot be read as a sale, so that the till may delete it."""
    if not isinstance(sent, dict):
        raise Invalid("sale", why)
    text = json.dumps(sent, sort_keys=True)
    if len(text) > LONGEST_TEXT:
        raise TooLarge
    code, digest = sent.get("register"), hashlib.sha256(text.encode())
    register = Register.objects.filter(code=code).first() if isinstance(code, str) else None
    facts = {
        "register": register,
        "posted_by": by,
        "is_readable": False,
        "content": {"number": spelt(sent.get("number")), "sent": text},
        "digest": digest.digest(),
        "differences": [why],
    }
    key = uuid5(NAMESPACE_OID, digest.hexdigest())
    return Posted(problem=OutageProblem.objects.get_or_create(key=key, defaults=facts)[0])


def spelt(number: Any) -> str:
    words = "".join(character for character in str(number or "") if character.isprintable())
    return words[:LONGEST_NUMBER] or "?"


@of_the_shop()
def settle(problem_id: int, *, by: User, correct_stock: bool = False, once: Anew = ANEW) -> Bill:
    """Sells it once, at the prices the customer paid, which the manager approves.

    `correct_stock` first raises the stock to what was sold, if it is less.
    """
    if not by.is_manager:
        raise ManagersOnly()
    problem = OutageProblem.objects.select_related("register").get(pk=problem_id)
    if problem.reason:
        raise ProblemIsClosed
    if not problem.is_readable:
        raise Unreadable
    sale = RungUp(problem.key, problem.content)

    def settled(bill: Bill) -> list[str]:
        if not waiting().filter(pk=problem.pk).update(settled_at=Now(), settled_by=by, bill=bill):
            raise ProblemIsClosed
        trail.record(by, "outage.accepted", problem, bill=bill.number, corrected=correct_stock)
        once.make(Bill.objects.all(), lambda: bill)
        return problem.differences

    if sold := Bill.objects.filter(key=problem.key).first():
        return once.make(Bill.objects.all(), lambda: sold)
    order = order_of(sale, problem.register)
    opening = partial(count_what_left, problem, by) if correct_stock else sales.nothing_before
    return sales.sell(order, cashier=by, opening=opening, closing=remember(sale, settled)).bill


def close(problem_id: int, *, reason: str, by: User, once: Anew = ANEW) -> None:
    """Closes a problem without a bill. Refuses without a reason, or if it is settled already."""
    if not by.is_manager:
        raise ManagersOnly()
    if not (reason := reason.strip()):
        raise Invalid("reason", _("Say why it is closed without a bill."), "required")
    check_text("reason", reason, LONGEST_REASON)
    once.make(OutageProblem.objects.all(), partial(closed, problem_id, reason=reason, by=by))


@transaction.atomic
def closed(problem_id: int, *, reason: str, by: User) -> OutageProblem:
    if not waiting().filter(pk=problem_id).update(settled_at=Now(), settled_by=by, reason=reason):
        raise ProblemIsClosed
    problem = OutageProblem.objects.get(pk=problem_id)
    trail.record(by, "outage.closed", problem, problem=problem_id, reason=reason)
    return problem


def order_of(sale: RungUp, register: Register | None) -> Order:
    """At the prices and taxes the customer was shown, whatever the goods cost now."""
    goods = GoodsNow(sale, register.location_id if register else None)
    lines = goods.lines(reason=f"paid in the outage, {sale.content['number']}")
    return replace(sale.order(lines, None), is_past=True, tax_rates=goods.tax_rates())


def count_what_left(problem: OutageProblem, by: User) -> None:
    """Raises the stock to what was sold, within the sale that takes it out again."""
    counts = quotes.counted(quotes.with_products(RungUp(problem.key, problem.content).lines))
    here = problem.register.location_id if problem.register else None
    goods = stock.lock(counts, location=here)
    products = Product.objects.in_bulk(goods)
    for number, wanted in sorted(counts.items()):
        if number in goods and goods[number].quantity < wanted and not goods[number].allow_negative:
            stock.count(products[number], wanted, by=by, reason=f"sold in the outage: {problem}", location=here)
