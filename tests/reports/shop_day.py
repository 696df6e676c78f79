"""A random business day of a shop with two tills, made with the till's verbs."""

import random
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal as D
from typing import Any
from uuid import UUID

from accounts.models import User
from billing.codes import card_spelling
from billing.drawer import cash_by_hand, counting, shifts
from billing.drawer.cash import expected_cash
from billing.models import Bill, Shift, StoredValue
from billing.order import Order, Tendered, Wanted
from billing.returns import refunds, without_receipt
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from billing.sale import quotes, sales
from billing.stored_value import gift_cards
from inventory.models import Product, TaxRate
from members import points
from members.models import Member
from pos import clock
from pos.errors import Refused
from pos.money import rounded_to_cash
from tests import cast


def goods(dice: random.Random) -> list[Product]:
    rates = [None, *(TaxRate.objects.get_or_create(name=rate, rate=D(rate))[0] for rate in ("0.07", "0.19"))]
    return [
        cast.product(
            f"p{n}",
            f"{dice.randint(1, 9999) / 100:.2f}",
            "1000",
            cost=D(dice.randint(1, 500)) / 100,
            tax_rate=dice.choice(rates),
        )
        for n in range(6)
    ]


class Day:
    def __init__(self, dice: random.Random, by: User, shelf: Sequence[Product], members: Sequence[Member]) -> None:
        self.dice, self.by, self.shelf, self.members = dice, by, shelf, members
        self.codes: list[str] = []
        for code in ("R1", "R2"):
            cast.till(code)
            shifts.open_shift(code, opening_float=D(dice.randrange(50, 300)), by=by)

    def key(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128))

    def till(self) -> str:
        return self.dice.choice(["R1", "R2"])

    def happen(self, deeds: int) -> None:
        """Some of them are refused: an empty card, a drawer without enough cash."""
        choices = [self.sale] * 6 + [self.refund] * 3 + [self.claim, self.card, self.by_hand, self.correct]
        for _n in range(deeds):
            with suppress(Refused):
                self.dice.choice(choices)()

    def sale(self) -> None:
        dice, member = self.dice, self.dice.choice([None, *self.members])
        lines = [Wanted(D(dice.randint(1, 3)), of.pk) for of in dice.sample(list(self.shelf), dice.randint(1, 4))]
        asked: dict[str, Any] = {"lines": lines, "register": self.till(), "member": member and member.pk}
        if member:
            asked["points"] = min(max(Member.objects.get(pk=member.pk).points, D(0)), D("0.11"))
        asked["cards"] = [D(dice.randint(1, 40))] if dice.random() < 0.2 else []
        key = self.key()
        sales.sell(Order(key, payments=self.paid(quotes.quote(Order(key, **asked))[2].due), **asked), cashier=self.by)

    def paid(self, due: D) -> list[Tendered]:
        way = self.dice.choice(["card", "cash", "both", "gift_card"])
        if way == "gift_card" and self.codes:
            code = self.dice.choice(self.codes)
            on_it = StoredValue.objects.get(digest=card_spelling.digest(code)).balance
            part = min(on_it, due)
            rest = [Tendered("card", due - part)] if due > part else []
            return [Tendered("gift_card", part, code), *rest] if part else rest
        card = due if way == "card" else (due / 2).quantize(D("0.01")) if way == "both" else D(0)
        cash = rounded_to_cash(due - card) + self.dice.choice([0, 1, 5]) if due - card else D(0)
        return [Tendered(method, amount) for method, amount in (("card", card), ("cash", cash)) if amount]

    def refund(self) -> None:
        sold = list(Bill.objects.filter(kind="sale").order_by("pk"))
        bill = self.dice.choice(sold)
        line = self.dice.choice(list(bill.lines.all()))
        lines = [Returned(line.position, D(1), to_stock=self.dice.random() < 0.6)]
        paid = list(refunds.preview(bill, lines).payments)
        if paid and self.dice.random() < 0.3:
            paid = [Tendered("store_credit", sum((one.amount for one in paid), D(0)))]
        wish = Wish(key=self.key(), bill=bill.number, lines=lines, payments=paid, reason="torn", register=self.till())
        refunds.refund(wish, cashier=self.by)

    def claim(self) -> None:
        lines = [Claimed(D(1), self.dice.choice(list(self.shelf)).pk)]
        without_receipt.refund(
            Claim(key=self.key(), lines=lines, reason="a gift", register=self.till()), cashier=self.by
        )

    def card(self) -> None:
        key = self.key()
        amount, tender = D(self.dice.randint(5, 50)), self.dice.choice(["cash", "card"])
        gift_cards.sell(key, register=self.till(), amount=amount, tender=tender, by=self.by)
        self.codes.append(card_spelling.code_for(key))

    def by_hand(self) -> None:
        shift = self.dice.choice(list(Shift.objects.open()))
        kind = self.dice.choice(["pay_in", "pay_out", "drop"])
        cash_by_hand.move_cash(shift.pk, kind=kind, amount=D(self.dice.randint(1, 20)), reason="stamps", by=self.by)

    def correct(self) -> None:
        if self.dice.random() < 0.5:
            points.adjust(
                self.dice.choice(list(self.members)).pk, D(self.dice.randint(1, 9)), by=self.by, reason="sorry"
            )
        elif card := StoredValue.objects.last():
            gift_cards.adjust(self.key(), card.pk, amount=D(self.dice.randint(1, 9)), reason="sorry", by=self.by)

    def close(self) -> None:
        for shift in Shift.objects.open():
            counted = expected_cash(shift) + self.dice.choice([0, 0, 2, -1])
            if counted == expected_cash(shift):
                counting.close_shift(shift.pk, counted=counted, by=self.by)
            else:
                shifts.close(shift, counted=counted, by=self.by, at=clock.now(), reason="miscounted")
