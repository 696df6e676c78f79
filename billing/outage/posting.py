"""Posts the sales made while the server was away: each becomes a bill, or waits as a whole for a manager."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import counter
from billing.models import Bill, OutageProblem, OutageSale, Register
from billing.outage.differences import copied, differences
from billing.outage.rung_up import GoodsNow, RungUp
from billing.sale import sales
from pos import exactly_once
from pos.calendar import business_date
from pos.errors import Refused
from pos.templatetags.money import money
from pos.web import language


class AlreadyReported(Refused):
    code = "outage_problem"
    message = _("This sale waits for a manager.")


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of posting a sale: its bill, or the problem a manager has to solve. `again` says that it was posted
    before."""

    bill: Bill | None = None
    problem: OutageProblem | None = None
    again: bool = False


@language.of_the_shop()
def post(sale: RungUp, *, by: User) -> Posted:
    """Sells it exactly once, in the open shift of its register, on the day it was sold. If it cannot be sold unchanged,
    it becomes a problem. Refuses only a register that a machine's key is not made for."""
    register = Register.objects.filter(code=sale.content["register"]).first()
    counter.refuse_key(by, sale.content["register"], register.location_id if register else None)
    if known := already_posted(sale):
        return known
    if register is None:
        return report(sale, None, [no_register(sale)], by)
    goods = GoodsNow(sale, register.location_id)
    if found := differences(sale, register, goods, by):
        return report(sale, register, found, by)
    try:
        sold = sales.sell(sale.order(goods.lines(), sale.shown_total), cashier=by, closing=remember(sale))
        return Posted(sold.bill, again=sold.again)
    except (exactly_once.KeyReused, AlreadyReported):
        if known := already_posted(sale):
            return known
        raise
    except Refused as refusal:
        return report(sale, register, [refusal.message], by)


def no_register(sale: RungUp) -> str:
    return gettext("There is no register %(code)s.") % {"code": sale.content["register"]}


def already_posted(sale: RungUp) -> Posted | None:
    """The earlier result for the same key. Raises KeyReused if the content differs."""
    problem = OutageProblem.objects.select_related("bill").filter(key=sale.key).first()
    bill = Bill.objects.select_related("outage").filter(key=sale.key).first()
    if problem is None and bill is None:
        return None
    kept = problem.digest if problem else bill.outage.digest if bill and hasattr(bill, "outage") else b""
    if bytes(kept) != sale.digest:
        raise exactly_once.KeyReused()
    return Posted(bill, None if bill else problem, again=True)


def reported(key: str) -> OutageProblem | None:
    """The sale of this key that waits for a manager, or that a manager closed without a bill."""
    try:
        return OutageProblem.objects.filter(key=UUID(key), is_readable=True).first()
    except ValueError:
        return None


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
        if sale.shown_total not in (None, bill.total):
            totals = {"seen": money(sale.total), "total": money(bill.total)}
            found = [*found, gettext("The customer saw %(seen)s; the bill says %(total)s.") % totals]
        if booked := booked_later(bill):
            over = gettext("Its day was over: the journal has it on %(day)s.")
            found = [*found, over % {"day": booked.isoformat()}]
        number = own_number(sale)
        if number != sale.content["number"] and settled is None:
            found = [*found, copied(sale)]
        OutageSale.objects.create(
            bill=bill,
            provisional_number=number,
            digest=sale.digest,
            rung_up_by=sale.content["by"],
            rung_up_at=sale.at,
            booked_on=booked,
            shown_total=bill.total if sale.shown_total is None else sale.total,
            differences=found,
        )

    return closing


def booked_later(bill: Bill) -> date | None:
    """The day whose journal has the bill, where that is not the day it was sold: a shift of its own day is no longer
    open, so the journal of that day may be final."""
    today = business_date(bill.at, bill.terms.cutoff_hour)
    return None if bill.business_date in (today, bill.shift.business_date) else today


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
    problem, is_new = OutageProblem.objects.get_or_create(
        key=sale.key,
        defaults={
            "register": register,
            "posted_by": by,
            "content": sale.content,
            "digest": sale.digest,
            "differences": found,
        },
    )
    return Posted(problem=problem, again=not is_new)
