"""A shop of several days for the figures: sales, refunds, exchanges and gift cards as at the till.

They are moved to earlier days afterwards, because a sale is always of now.
"""

import random
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any
from uuid import UUID

from accounts.models import User
from billing.drawer import shifts
from billing.models import Bill, Register
from billing.order import Order, Tendered, Wanted
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import quotes, sales
from inventory.models import Category, Product, TaxRate
from members.models import Member
from pos import calendar
from pos.models import StoreSettings
from tests.ledgers import plant
from tests.reports.books import clerk, product

TILLS = ["R1", "R2"]


class Shop:
    """Everything is random, so that a seed determines a history."""

    def __init__(self, seed: int, *, inclusive: bool = True, cashiers: list[User]) -> None:
        self.dice = random.Random(seed)
        self.cashiers = cashiers
        StoreSettings.change(by="may", prices_include_tax=inclusive, require_pin_for_points=False)
        rates = [None, *(TaxRate.objects.create(name=rate, rate=rate) for rate in ("0.07", "0.19"))]
        food = Category.objects.create(name="Food")
        places = [None, food, Category.objects.create(name="Fruit", parent=food), Category.objects.create(name="Books")]
        self.shelf: list[Product] = [
            product(
                f"p{n}",
                f"{self.dice.randint(100, 9999) / 100:.2f}",
                stock="10000",
                tax_rate=self.dice.choice(rates),
                category=places[n % 4],
                cost=D(self.dice.randint(10, 900)) / 100,
            )
            for n in range(8)
        ]
        self.members = [
            None,
            *(Member.objects.create(number=f"M{n}", name=f"M{n}", is_vip=bool(n)).pk for n in range(2)),
        ]
        for code in TILLS:
            Register.objects.create(code=code)
            shifts.open_shift(code, opening_float=D(500), by=clerk())

    def key(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128))

    def cashier(self) -> User:
        return self.dice.choice(self.cashiers)

    def sale(self) -> Bill:
        dice = self.dice
        lines = [
            Wanted(D(dice.randint(1, 4)), of.pk, discount_percent=D(dice.choice([0, 0, 5, 10])))
            for of in dice.sample(self.shelf, dice.randint(1, 4))
        ]
        cards = [D(25)] if dice.random() < 0.2 else []
        asked: dict[str, Any] = {
            "lines": lines,
            "register": dice.choice([*TILLS, "API"]),
            "member": dice.choice(self.members),
        }
        if asked["member"]:
            asked["points"] = min(Member.objects.get(pk=asked["member"]).points, D("0.07"))
        key = self.key()
        due = quotes.quote(Order(key, cards=cards, **asked))[2].due
        card = (due * dice.choice([D(0), D(1), D("0.5")])).quantize(D("0.01"))
        cash = due - card + dice.choice([1, 3]) if due - card else D(0)
        paid = [Tendered(method, amount) for method, amount in [("card", card), ("cash", cash)] if amount]
        return sales.sell(Order(key, payments=paid, cards=cards, **asked), cashier=self.cashier()).bill

    def refund(self, sale: Bill) -> None:
        back = [Returned(sale.lines.all()[0].position, D(1))]
        given = refunds.preview(Bill.objects.get(pk=sale.pk), back).payments
        refunds.refund(Wish(self.key(), sale.number, back, given, "torn"), cashier=self.cashier())

    def exchange(self, sale: Bill) -> None:
        """The difference is paid by card, or given back."""
        back, taken = [Returned(sale.lines.all()[0].position, D(1))], self.dice.choice(self.shelf)
        key = self.key()
        due = quotes.quote(Order(key, [Wanted(D(1), taken.pk)]))[2].due
        preview = refunds.preview(Bill.objects.get(pk=sale.pk), back, goods_taken=due)
        to_pay = max(due - preview.figures.due, D(0))
        order = Order(key, [Wanted(D(1), taken.pk)], [Tendered("card", to_pay)] if to_pay else [])
        wish = Wish(key, sale.number, back, preview.payments, "wrong one")
        exchanges.exchange(Exchange(wish, order), cashier=self.cashier())

    def trade(self, days: int, bills: int = 25) -> None:
        """Makes sales, some refunded or exchanged, and moves all bills to days before today."""
        for _ in range(bills):
            sale = self.sale()
            match self.dice.random():
                case chance if chance < 0.15:
                    self.refund(sale)
                case chance if chance < 0.3:
                    self.exchange(sale)
        plant([self.moving(pk, self.dice.randrange(days)) for pk in Bill.objects.values_list("pk", flat=True)])

    def move(self, bill: int, days_ago: int) -> date:
        """Gives the bill another business date, which is returned, and another hour."""
        plant([self.moving(bill, days_ago)])
        return calendar.today() - timedelta(days_ago)

    def moving(self, bill: int, days_ago: int) -> str:
        """The statement that gives the bill another business date and hour."""
        day, hour = calendar.today() - timedelta(days_ago), self.dice.randrange(8, 20)
        return f"UPDATE billing_bill SET business_date = '{day}', at = '{day} {hour}:30+00' WHERE id = {bill}"
