"""Three weeks of trade, day by day, through the shop's own verbs."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing.drawer import cash, cash_by_hand, counting, shifts
from billing.models import Bill, CashKind
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from demo.customers import OPEN, Stocked, visits
from demo.opening import BAKED_DAILY
from demo.till import Till
from inventory.shelf import stock
from members.models import Member
from pos import clock
from pos.models import StoreSettings
from pos.money import ZERO

FLOAT = Decimal("150.00")
RUNNING_LOW, SOLD_OUT = "Olive wood board", "Blue cheese from the Allgäu"
BREAKAGES = {4: ("Plum butter, 230 g", "Fell from the shelf"), 11: ("Stoneware mug", "Broken handle"),
             16: ("Peeled tomatoes, 400 g", "Dented tin")}  # fmt: skip
BY_HAND = {
    2: (CashKind.PAY_OUT, "11.90", "Flowers for the counter"),
    6: (CashKind.PAY_IN, "50.00", "Coins from the bank"),
    9: (CashKind.PAY_OUT, "23.40", "Stamps and parcel tape"),
    13: (CashKind.NO_SALE, "0", "Changed a note for a customer"),
    17: (CashKind.PAY_OUT, "8.50", "Window cleaner"),
}
BROUGHT_BACK = {5: ("Bought the wrong one", True), 10: ("Seal was broken", False), 14: ("Given twice", True),
                18: ("Did not taste right", False)}  # fmt: skip
DIFFERENCES = {3: "-0.50", 8: "0.20", 12: "-7.30", 15: "-1.00", 19: "2.00"}


@dataclass(slots=True)
class Shop:
    """What the simulation works with: people, products, settings, and the seeded random generator."""

    zone: object
    manager: User
    cashiers: list[User]
    goods: list[Stocked]
    members: list[Member]
    chance: Random
    settings: StoreSettings

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone)  # type: ignore[arg-type]

    def shelf(self) -> dict[int, Decimal]:
        return {product: max(found.quantity, ZERO) for product, found in stock.look(g.id for g in self.goods).items()}


def live(shop: Shop, number: int, day: date, until: datetime) -> None:
    """One day from the morning delivery to the closing of the tills, as far as `until` allows."""
    opening, closing = OPEN[day.weekday()]
    if shop.at(day, opening) > until:
        return
    with clock.set_to(shop.at(day, opening - 1, 20)):
        take_delivery(shop, day)
    front, deli = shop.cashiers[number % 3], shop.cashiers[(number + 1) % 3]
    tills = {"R1": open_till(shop, "R1", front, shop.at(day, opening - 1, 50))}
    if day.weekday() < 6 and shop.at(day, 10) <= until:
        tills["R2"] = open_till(shop, "R2", deli, shop.at(day, 9, 55))
    known = [member for member in shop.members if member.joined_at < shop.at(day, opening)]
    for visit in visits(day, shop.zone, shop.goods, shop.shelf(), len(known), shop.chance):
        if visit.at <= until:
            tills.get(visit.register, tills["R1"]).serve(visit, known)
    if shop.at(day, closing, 25) <= until:
        bring_back(shop, number, day, shop.at(day, closing, 2))
        move_by_hand(shop, number, tills["R1"], shop.at(day, closing, 5))
        tidy_up(shop, number, day, shop.at(day, closing, 10))
        for code, till in tills.items():
            close_till(till, shop.at(day, closing, 20 if code == "R1" else 15), DIFFERENCES.get(number), code)


def open_till(shop: Shop, code: str, cashier: User, at: datetime) -> Till:
    with clock.set_to(at):
        shift = shifts.open_shift(code, opening_float=FLOAT, by=cashier)
    return Till(code, shift, cashier, shop.chance, shop.settings)


def close_till(till: Till, at: datetime, difference: str | None, code: str) -> None:
    """Closes the shift. The count is sometimes a little off, and once by so much that the shop asks for a reason."""
    off = Decimal(difference) if difference and code == "R1" else ZERO
    reason = "A ten-euro note was given for a five" if abs(off) > 5 else ""
    with clock.set_to(at):
        counted = cash.expected_cash(till.shift) + off
        counting.close_shift(till.shift.pk, counted=counted, by=till.cashier, reason=reason)


def bring_back(shop: Shop, number: int, day: date, at: datetime) -> None:
    """A member returns the first item of the previous day's first bill that earned points, to the shelf or as
    damaged."""
    if number not in BROUGHT_BACK:
        return
    reason, to_shelf = BROUGHT_BACK[number]
    earned = Bill.objects.filter(business_date__lt=day, register__code="R1", points_earned__gt=0)
    bill = earned.order_by("-business_date", "pk")[0]
    goods = [Returned(1, bill.lines.get(position=1).quantity, to_shelf)]
    key = UUID(int=shop.chance.getrandbits(128), version=4)
    with clock.set_to(at):
        wish = Wish(key, bill.number, goods, refunds.preview(bill, goods).payments, reason, register="R1")
        refunds.refund(wish, cashier=shop.manager)


def move_by_hand(shop: Shop, number: int, till: Till, at: datetime) -> None:
    if number in BY_HAND:
        kind, amount, reason = BY_HAND[number]
        with clock.set_to(at):
            cash_by_hand.move_cash(till.shift.pk, kind=kind, amount=Decimal(amount), reason=reason, by=shop.manager)


@transaction.atomic
def take_delivery(shop: Shop, day: date) -> None:
    """Bread and pastry for the day, and other products that have run low. Two slow products are never delivered."""
    there = shop.shelf()
    weekend = Decimal("1.6") if day.weekday() == 5 else Decimal("0.9") if day.weekday() == 6 else Decimal("1.15")
    for stocked in shop.goods:
        good, left = stocked.good, there[stocked.id]
        daily = Decimal(round(good.a_day * 1.2)) * weekend
        if stocked.shelf == BAKED_DAILY:
            arriving = daily.to_integral_value() - left
        elif good.name in (RUNNING_LOW, SOLD_OUT) or left > Decimal(good.a_day) * 2:
            continue
        else:
            arriving = Decimal(max(4, round(good.a_day * 6))) - left.to_integral_value()
        if arriving > 0:
            stock.receive(
                stocked.product,
                arriving,
                cost=Decimal(good.cost),
                reference=f"delivery {day:%Y-%m-%d}",
                by=shop.manager,
            )


@transaction.atomic
def count_what_is_awaited(shop: Shop) -> None:
    """Counts the two slow products as one piece and none, however many were sold."""
    for stocked in shop.goods:
        if stocked.good.name in (RUNNING_LOW, SOLD_OUT):
            found = Decimal(stocked.good.name == RUNNING_LOW)
            stock.count(stocked.product, found, reason="Counted for the supplier", by=shop.manager)


@transaction.atomic
def tidy_up(shop: Shop, number: int, day: date, at: datetime) -> None:
    """Writes off bread and pastry left over and broken goods; on Sundays a shelf is counted."""
    there = shop.shelf()
    with clock.set_to(at):
        for stocked in shop.goods:
            left = there[stocked.id]
            if stocked.shelf == BAKED_DAILY and left:
                stock.write_off(stocked.product, left, reason="Not sold by closing time", by=shop.manager)
            elif number in BREAKAGES and BREAKAGES[number][0] == stocked.good.name and left >= 1:
                stock.write_off(stocked.product, Decimal(1), reason=BREAKAGES[number][1], by=shop.manager)
        if day.weekday() == 6:
            count_a_shelf(shop, ("CO", "PA", "SW", "GI")[number // 7 % 4], there)


def count_a_shelf(shop: Shop, shelf: str, there: dict[int, Decimal]) -> None:
    """The first product with enough stock is always one short, so that every count has a difference."""
    none_short = True
    for stocked in shop.goods:
        if stocked.shelf == shelf:
            is_short = there[stocked.id] > 3 and (none_short or shop.chance.random() < 0.15)
            missing = Decimal(1) if is_short else ZERO
            none_short = none_short and not is_short
            stock.count(stocked.product, there[stocked.id] - missing, reason="Sunday count", by=shop.manager)
