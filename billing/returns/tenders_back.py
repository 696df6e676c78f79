"""Works out what a refund gives back: points, and money in each tender, never more than that tender paid."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from billing.models import STORE_CREDIT, STORED_VALUE, Bill, Payment, TenderKind
from billing.order import Carried, Tendered
from billing.pricing import TenderTooSmall
from pos.errors import Invalid, Refused
from pos.money import ZERO, rounded_down, rounded_to_cash, text


class RefundExceedsSale(Refused):
    code = "refund_exceeds_sale"
    message = _("That is more than is left of the sale.")


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a refund, all positive: the money, the points given back and the points taken back."""

    total: Decimal
    points_back: Decimal
    points_taken: Decimal

    @property
    def due(self) -> Decimal:
        return self.total - self.points_back


@dataclass(frozen=True, slots=True)
class Left:
    """What each tender paid for a sale, less change and earlier refunds. Money carried over by an exchange still counts
    for the tender it was paid in.

    Cash is rounded over all refunds of a sale together: `cash_owed` is the unrounded sum for which `cash_back` was
    given.
    """

    by_tender: dict[str, Decimal]
    kinds: dict[str, str]
    cash_back: Decimal
    cash_owed: Decimal
    cash_left: Decimal

    def is_cash(self, method: str) -> bool:
        return self.kinds.get(method) == TenderKind.CASH

    def in_cash(self, rest: Decimal) -> Decimal:
        """The rest in coins. The last refund of a sale gives exactly what the earlier ones left."""
        if TenderKind.CASH not in self.kinds.values():
            return rest
        return rounded_to_cash(self.cash_owed + rest) - self.cash_back

    def most(self, method: str) -> Decimal:
        """The most that may still go back in this tender; for cash, as far as coins can pay it."""
        left = self.by_tender.get(method, ZERO)
        return max(left, self.in_cash(self.cash_left)) if self.is_cash(method) and self.cash_left > 0 else left


def summed(original: Bill, total: Decimal) -> Figures:
    """The sums of a refund. Points go back in proportion to all money refunded so far, rounded down; the last refund of
    the bill gives the rest."""
    figures = ("total", "points_spent", "points_earned")
    refunds = Bill.objects.filter(original=original)
    before = refunds.aggregate(**{f"before_{name}": Sum(name, default=ZERO) for name in figures})
    so_far = total - before["before_total"]

    def share_of(points: Decimal, already: Decimal) -> Decimal:
        whole = so_far >= original.total
        return (points if whole else rounded_down(points * so_far / original.total)) + already

    points_back = min(total, share_of(original.points_spent, before["before_points_spent"]))
    return Figures(total, points_back, share_of(original.points_earned, before["before_points_earned"]))


def left_of(original: Bill) -> Left:
    refunds = list(Bill.objects.filter(original=original))
    paid = Payment.objects.filter(bill__in=[original, *refunds])
    came_in = paid.annotate(of=Coalesce("carried_from", "method"), kind=Coalesce("carried_from__kind", "method__kind"))
    rows = list(came_in.values_list("of", "kind").annotate(Sum("amount")).order_by("of"))
    kinds = {method: kind for method, kind, _ in rows}
    change = {method: original.change if kind == TenderKind.CASH else ZERO for method, kind in kinds.items()}
    coins = paid.filter(bill__in=refunds, method__kind=TenderKind.CASH)
    cash_back = -coins.aggregate(sum=Sum("amount", default=ZERO))["sum"]
    bought_cards = spent_on_cards(original)
    by_tender = {method: amount - change[method] - bought_cards.get(method, ZERO) for method, _, amount in rows}
    cash_owed = cash_back + sum((refund.cash_rounding for refund in refunds), ZERO)
    in_drawer = sum((by_tender[method] for method, kind in kinds.items() if kind == TenderKind.CASH), ZERO)
    return Left(
        by_tender=by_tender,
        kinds=kinds,
        cash_back=cash_back,
        cash_owed=cash_owed,
        cash_left=in_drawer + cash_back - original.cash_rounding - cash_owed,
    )


def spent_on_cards(original: Bill) -> dict[str, Decimal]:
    """How much of each tender paid for gift cards, which are not refunded. Cash is counted first, so that as little
    cash as possible goes out for goods paid otherwise. Gift cards and store credit cannot buy gift cards."""
    parts, rest = dict[str, Decimal](), original.cards_sold
    if not rest:
        return parts
    coins = original.change + original.cash_rounding
    with_money = Payment.objects.filter(bill=original).exclude(method__kind__in=STORED_VALUE)
    paid = with_money.order_by("method").values_list("method", "method__kind").annotate(Sum("amount"))
    for method, kind, amount in sorted(paid, key=lambda row: row[1] != TenderKind.CASH):
        parts[method] = min(rest, amount - coins if kind == TenderKind.CASH else amount)
        rest -= parts[method]
    return parts


def uncapped(tenders: Mapping[str, str]) -> list[str]:
    """The tenders without a limit: store credit takes any amount. `tenders` maps the active tenders to their kinds."""
    return [code for code, kind in tenders.items() if kind == TenderKind.STORE_CREDIT]


def limits(left: Left, tenders: Mapping[str, str]) -> dict[str, Decimal | None]:
    """The most each tender may give back, None without a limit. Tenders with nothing left are missing."""
    free = uncapped(tenders)
    most = {code: None if code in free else left.most(code) for code in tenders}
    return {code: limit for code, limit in most.items() if limit is None or limit > 0}


def handed_back(
    left: Left, due: Decimal, payments: Sequence[Tendered], tenders: Mapping[str, str]
) -> tuple[Decimal, Decimal]:
    """The cash given and its rounding. Refuses to give back more in a tender than is left in it, except in store
    credit."""
    given, free = defaultdict[str, Decimal](Decimal), uncapped(tenders)
    for payment in payments:
        given[payment.method] += payment.amount
    if beyond := {
        method: text(left.by_tender.get(method, ZERO))
        for method, amount in given.items()
        if method not in free and amount > left.most(method)
    }:
        raise RefundExceedsSale(_("A tender cannot give back more than it took."), tenders=beyond)
    cash = sum((amount for method, amount in given.items() if left.is_cash(method)), ZERO)
    rest = due - (sum(given.values(), ZERO) - cash)
    if rest < 0:
        raise Invalid("payments", _("That is more than goes back."), "overpaid")
    in_cash = left.in_cash(rest)
    if cash < in_cash:
        raise TenderTooSmall(_("Part of the money has no tender to go back in."), due=due, missing=in_cash - cash)
    if cash > in_cash:
        raise Invalid("payments", _("That is more than goes back."), "overpaid")
    return cash, in_cash - rest


def proposed(left: Left, due: Decimal, active: Mapping[str, str]) -> list[Tendered]:
    """Proposes the tenders of the sale: other tenders first, then cash; store credit takes what is left over."""
    proposal, rest = [], due
    for method, amount in left.by_tender.items():
        if method in active and not left.is_cash(method) and (part := min(rest, amount)) > 0:
            proposal.append(Tendered(method, part))
            rest -= part
    for method in left.by_tender:
        if method in active and left.is_cash(method):
            owed = min(rest, max(left.cash_left, ZERO))
            proposal.append(Tendered(method, left.in_cash(owed)))
            rest -= owed
    proposal += [Tendered(code, rest) for code in uncapped(active)[:1]]
    return [payment for payment in proposal if payment.amount > 0]


def carried_over(left: Left, amount: Decimal, given: Sequence[Tendered]) -> list[Carried]:
    """The tenders whose money pays for the new goods: what `given` leaves of each, cash last."""
    there = {method: sum_left for method, sum_left in left.by_tender.items() if not left.is_cash(method)}
    for payment in given:
        there[payment.method] = there.get(payment.method, ZERO) - payment.amount
    parts, rest = [], amount
    for method, most in there.items():
        if not left.is_cash(method) and (part := min(rest, most)) > 0:
            parts.append(Carried(method, part))
            rest -= part
    cash = next((method for method in left.kinds if left.is_cash(method)), STORE_CREDIT)
    return [*parts, Carried(cash, rest)] if rest else parts
