"""Writes a day of trade: a shift at each till from the float to the Z, and its bills, sealed one after the other."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter

from django.db import connection
from django.utils import timezone

from bench.history.deed import Deed, drawn, priced
from bench.history.rows import Ids, Place, Rows
from bench.history.shape import LAST_HOUR, Trade
from bench.history.shop import Shop
from billing.drawer import shifts
from billing.drawer.cash import expected_cash
from billing.models import CashKind, CashMovement, Register, Shift
from billing.sale import chain

FLOAT = Decimal(150)
OPENED, CLOSED = time(7, 30), time(LAST_HOUR + 1, 30)
DOCUMENTS = f"""
    SELECT bill.id, {chain.document(*chain.IN_THE_BOOKS)}
      FROM billing_bill bill WHERE bill.shift_id = %s AND bill.kind = %s ORDER BY bill.sequence
"""
LEFT_SHELF = """
    UPDATE inventory_stock s SET quantity = s.quantity - m.moved
      FROM unnest(%s::bigint[], %s::numeric[]) AS m (product, moved) WHERE s.product_id = m.product
"""
POINTS = """
    UPDATE members_member m SET points = m.points + e.moved
      FROM unnest(%s::bigint[], %s::numeric[]) AS e (member, moved) WHERE m.id = e.member
"""


class Past:
    """The books being written, day after day. `settle` brings stock and points up to what was written."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop, self.chance = shop, chance
        self.rows = Rows(Ids())
        self.seals = {(till.pk, kind): b"" for till in shop.tills for kind in ("sale", "refund")}
        self.bills = self.lines = 0

    def write(self, trade: Trade) -> None:
        hands = self.chance.sample(self.shop.cashiers, len(self.shop.tills))
        deeds = sorted(self.deeds(trade), key=attrgetter("at"))
        for n, till in enumerate(self.shop.tills):
            self.shift(till, hands[n].pk, trade.day, deeds[n :: len(self.shop.tills)])

    def deeds(self, trade: Trade) -> list[Deed]:
        baskets = [(basket.hour, priced(basket.lines, self.shop)) for basket in trade.baskets]
        until = moment(trade.day, time(LAST_HOUR + 1))
        found = []
        for n in range(trade.sales):
            hour, what = baskets[n % len(baskets)]
            at = moment(trade.day, time(hour)) + timedelta(seconds=self.chance.randrange(3600))
            found.append(drawn(what, at, until, self.shop, self.chance))
        return found

    def shift(self, till: Register, cashier: int, day: date, deeds: Sequence[Deed]) -> None:
        """A till that sold nothing stays closed."""
        if not deeds:
            return
        by = next(user for user in self.shop.cashiers if user.pk == cashier)
        at = moment(day, OPENED)
        shift = Shift.objects.create(register=till, business_date=day, opened_at=at, opened_by=by)
        CashMovement.objects.create(shift=shift, kind=CashKind.FLOAT, amount=FLOAT, by=by, at=at)
        terms = self.shop.terms
        self.fill(till, Place(shift, till.code, cashier, day, terms.pk, terms.prices_include_tax), deeds)
        till.save(update_fields=["last_sale", "last_refund"])
        self.seal(shift)
        shifts.close(shift, counted=expected_cash(shift), by=by, at=moment(day, CLOSED))

    def fill(self, till: Register, place: Place, deeds: Sequence[Deed]) -> None:
        sold = {}
        for deed in deeds:
            till.last_sale += 1
            sold[id(deed)] = self.rows.sale(deed, place, till.last_sale)
        back = sorted((deed for deed in deeds if deed.refund_at), key=attrgetter("refund_at"))
        for deed in back:
            till.last_refund += 1
            assert deed.refund_at
            self.rows.refund(deed, place, till.last_refund, deed.refund_at, sold[id(deed)])
        self.bills += len(deeds) + len(back)
        self.lines += sum(len(deed.priced.lines) for deed in (*deeds, *back))
        self.rows.write()

    def seal(self, shift: Shift) -> None:
        with connection.cursor() as cursor:
            for kind in ("sale", "refund"):
                series = (shift.register_id, kind)
                cursor.execute(DOCUMENTS, [shift.pk, kind])
                found = cursor.fetchall()
                with cursor.copy("COPY billing_billseal (bill_id, digest) FROM STDIN") as copy:
                    for bill, document in found:
                        self.seals[series] = sha256(self.seals[series] + bytes(document)).digest()
                        copy.write_row((bill, self.seals[series]))

    def settle(self) -> None:
        with connection.cursor() as cursor:
            for statement, moved in ((LEFT_SHELF, self.rows.left_shelf), (POINTS, self.rows.points)):
                cursor.execute(statement, [list(moved), list(moved.values())])
                moved.clear()


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
