"""Posts the sales made while the server was away: each becomes a bill, or waits as a whole for a manager."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import counter
from billing.models import Bill, OutageProblem, OutageSale, Register
from billing.order import Order, Tendered, WantedProduct
from billing.sale import age_check, sales
from inventory.shelf import stock
from pos import exactly_once
from pos.errors import Refused
from pos.templatetags.money import money
from pos.web import language

Content = dict[str, Any]


class AlreadyReported(Refused):
    code = "outage_problem"
    message = _("This sale waits for a manager.")


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of posting a sale: its bill, or the problem a manager has to solve."""

    bill: Bill | None = None
    problem: OutageProblem | None = None


@dataclass(frozen=True, slots=True)
class RungUp:
    """A sale as the till stored it: at the catalogue's list prices, paid in cash."""

    key: UUID
    content: Content

    @property
    def lines(self) -> list[WantedProduct]:
        return [WantedProduct(Decimal(line["quantity"]), line["product"]) for line in self.content["lines"]]

    @property
    def total(self) -> Decimal:
        return Decimal(self.content["total"])

    @property
    def age_checked(self) -> int:
        return int(self.content.get("age_checked", 0))

    @property
    def at(self) -> datetime:
        at = parse_datetime(self.content["at"])
        assert at is not None
        return at

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).digest()

    def order(self, lines: list[WantedProduct], shown_total: Decimal | None) -> Order:
        cash = [Tendered("cash", amount)] if (amount := Decimal(self.content["cash"])) else []
        return Order(
            key=self.key,
            register=self.content["register"],
            lines=lines,
            payments=cash,
            shown_total=shown_total,
            age_checked=self.age_checked,
        )


@language.of_the_shop()
def post(sale: RungUp, *, by: User) -> Posted:
    """Sells it exactly once, in the open shift of its register. If it cannot be sold unchanged, it becomes a
    problem."""
    if known := already_posted(sale):
        return known
    register = Register.objects.filter(code=sale.content["register"]).first()
    found = differences(sale, register)
    if found:
        return report(sale, register, found, by)
    try:
        return Posted(sales.sell(sale.order(sale.lines, sale.total), cashier=by, closing=remember(sale)).bill)
    except (exactly_once.KeyReused, AlreadyReported):
        if known := already_posted(sale):
            return known
        raise
    except Refused as refusal:
        return report(sale, register, [refusal.message], by)


def already_posted(sale: RungUp) -> Posted | None:
    """The earlier result for the same key. Raises KeyReused if the content differs."""
    problem = OutageProblem.objects.select_related("bill").filter(key=sale.key).first()
    bill = Bill.objects.select_related("outage").filter(key=sale.key).first()
    if problem is None and bill is None:
        return None
    kept = problem.digest if problem else bill.outage.digest if bill and hasattr(bill, "outage") else b""
    if bytes(kept) != sale.digest:
        raise exactly_once.KeyReused()
    return Posted(bill, None if bill else problem)


def differences(sale: RungUp, register: Register | None) -> list[str]:
    """How the till's data differs from the shop's: unknown or repriced products, missing age check, register or shift,
    a number used twice."""
    if register is None:
        return [gettext("There is no register %(code)s.") % {"code": sale.content["register"]}]
    goods = stock.look(line["product"] for line in sale.content["lines"])
    found = []
    for line in sale.content["lines"]:
        now = goods.get(line["product"])
        if now is None:
            found.append(gettext("%(name)s is not known.") % {"name": line["name"]})
        elif now.price != Decimal(line["price"]):
            prices = {"name": now.name, "paid": money(line["price"]), "price": money(now.price)}
            found.append(gettext("%(name)s was sold at %(paid)s; its price is now %(price)s.") % prices)
        if now and (age := age_check.still_asked([now], sale.age_checked)):
            asked = {"name": now.name, "age": age}
            found.append(gettext("%(name)s is sold from %(age)s; nobody has said that the customer is.") % asked)
    if not register.outage_sales:
        found.append(gettext("This register may not sell in an outage."))
    if not register.shifts.open().exists():
        found.append(gettext("This register has no open shift."))
    if taken(sale):
        found.append(copied(sale))
    return found


def taken(sale: RungUp) -> bool:
    others = OutageProblem.objects.filter(content__number=sale.content["number"]).exclude(key=sale.key)
    return others.exists() or OutageSale.objects.filter(provisional_number=sale.content["number"]).exists()


def remember(sale: RungUp, settled: Callable[[Bill], list[str]] | None = None) -> Callable[[Bill], None]:
    """Makes the `closing` for the sale, which records its provisional number and differences. A sale already reported
    as a problem can only be sold by a manager."""

    def closing(bill: Bill) -> None:
        if settled is None and OutageProblem.objects.filter(key=sale.key).exists():
            raise AlreadyReported()
        found = settled(bill) if settled else []
        if bill.shift.opened_at > sale.at:
            early = gettext("It was rung up before this shift was opened, at %(at)s.")
            found = [*found, early % {"at": f"{sale.at:%Y-%m-%d %H:%M %Z}"}]
        if bill.total != sale.total:
            totals = {"seen": money(sale.total), "total": money(bill.total)}
            found = [*found, gettext("The customer saw %(seen)s; the bill says %(total)s.") % totals]
        number = own_number(sale)
        if number != sale.content["number"] and settled is None:
            found = [*found, copied(sale)]
        OutageSale.objects.create(
            bill=bill,
            provisional_number=number,
            digest=sale.digest,
            rung_up_by=sale.content["by"],
            rung_up_at=sale.at,
            shown_total=sale.total,
            differences=found,
        )

    return closing


def copied(sale: RungUp) -> str:
    sentence = gettext("Another sale has the number %(number)s: is there a copy of this browser's data?")
    return sentence % {"number": sale.content["number"]}


def own_number(sale: RungUp) -> str:
    """The provisional number on the customer's receipt; with a suffix if another bill already has it."""
    number = sale.content["number"]
    copies = OutageSale.objects.filter(provisional_number__startswith=number)
    same = sum(1 for copy in copies if copy.provisional_number.split(" ")[0] == number)
    return f"{number} ({same + 1})" if same else number


@transaction.atomic
def report(sale: RungUp, register: Register | None, found: list[str], by: User) -> Posted:
    if register:
        counter.lock(register.code, also_off=True)
    if known := already_posted(sale):
        return known
    problem, _ = OutageProblem.objects.get_or_create(
        key=sale.key,
        defaults={
            "register": register,
            "posted_by": by,
            "content": sale.content,
            "digest": sale.digest,
            "differences": found,
        },
    )
    return Posted(problem=problem)
