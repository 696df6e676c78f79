"""Serves a customer: the visit becomes an order or a basket, and is sold."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from accounts.models import User
from billing import counter, pricing
from billing.basket import baskets, customer, paying, priced
from billing.basket import lines as basket_lines
from billing.drawer import coins
from billing.models import Register, Shift
from billing.order import Order, Tendered, WantedProduct
from billing.sale import age_check, quotes, sales
from demo import people
from demo.customers import Visit
from inventory.shelf import stock
from members import consents, points
from members.models import Member
from pos import clock
from pos.models import StoreSettings
from pos.money import ZERO, rounded_down, rounded_to_cash

OLD_BREAD = Decimal(10)
FEWEST_POINTS = Decimal(3)
ONE_BASKET_IN = 25


@dataclass(slots=True)
class Till:
    code: str
    shift: Shift
    cashier: User
    chance: Random
    settings: StoreSettings

    def serve(self, visit: Visit, members: list[Member]) -> None:
        member = members[visit.member] if visit.member is not None else None
        with clock.set_to(visit.at):
            if not self.chance.randrange(ONE_BASKET_IN) and not visit.marked_down:
                self.sell_basket(visit, member)
            else:
                self.sell(visit, member)

    def sell(self, visit: Visit, member: Member | None) -> None:
        account = points.look(member.pk) if member else None
        lines = [
            WantedProduct(quantity, product, discount_percent=OLD_BREAD if product in visit.marked_down else ZERO)
            for product, quantity in visit.wanted.items()
        ]
        goods = stock.look(visit.wanted)
        quote = quotes.priced(lines, goods, self.terms(account), ZERO)
        spent, consent = self.agreed_points(visit, account, quote)
        order = Order(
            key=visit.key,
            register=self.code,
            lines=lines,
            payments=self.payments(quote.total - spent, visit.paid),
            member=account.id if account else None,
            points=spent,
            consent=consent,
            shown_total=quote.total,
            age_checked=age_check.needed(goods.values()),
        )
        sales.sell(order, cashier=self.cashier)

    def terms(self, account: points.Account | None) -> pricing.Terms:
        row = self.settings
        return counter.terms_for(account, row.vip_discount_rate, row.prices_include_tax, row.point_multiplier)

    def agreed_points(
        self, visit: Visit, account: points.Account | None, quote: pricing.Quote
    ) -> tuple[Decimal, str | None]:
        if account is None or not visit.spends_points or account.points < FEWEST_POINTS:
            return ZERO, None
        spent = min(rounded_down(account.points), quote.total)
        return spent, consents.give(account.id, people.PIN, by=self.cashier)

    def payments(self, due: Decimal, how: str) -> list[Tendered]:
        if due <= 0:
            return []
        if how == "split" and due > 10:
            by_card = (due / 2).to_integral_value()
            return [*self.payments(by_card, "card"), *self.payments(due - by_card, "cash")]
        if how == "card":
            return [Tendered("card", due, f"T{self.chance.randrange(10**6):06d}")]
        handed = coins.quick_cash(rounded_to_cash(due))
        return [Tendered("cash", self.chance.choice(handed[:3]))]

    def sell_basket(self, visit: Visit, member: Member | None) -> None:
        """Sells through a basket, as the checkout page does."""
        register = Register.objects.get(code=self.code)
        basket = baskets.start(register, self.cashier)
        for product, quantity in visit.wanted.items():
            baskets.add(basket.pk, product, quantity)
        if member:
            basket.refresh_from_db()
            customer.attach_member(basket.pk, member, version=basket.version)
        basket.refresh_from_db()
        if age := priced.show(basket).minimum_age:
            basket_lines.confirm_age(basket.pk, age, version=basket.version, by=self.cashier)
            basket.refresh_from_db()
        total = priced.show(basket).quote.total
        paid = self.payments(total, visit.paid)
        paying.pay(basket.pk, paid, version=basket.version, shown_total=total, register=self.code, by=self.cashier)
