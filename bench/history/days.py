"""Writes a day of trade: a shift at each till from the float to the Z, and its bills, sealed one after the other."""

import json
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from accounts.models import User
from bench.history.deed import Deed, Priced, drawn, priced
from bench.history.rows import Ids, Place, Rows
from bench.history.shape import LAST_HOUR, Basket, Trade
from bench.history.shop import Shop
from bench.history.zreports import Turn, document
from billing.drawer import zreport
from billing.models import Register
from billing.sale import chain
from pos.money import ZERO

FLOAT = Decimal(150)
OPENED, CLOSED = time(7, 30), time(LAST_HOUR + 1, 30)
DOCUMENTS = f"""
    SELECT bill.register_id, bill.kind, bill.id, {chain.document(*chain.IN_THE_BOOKS)}
      FROM billing_bill bill WHERE bill.shift_id = ANY(%s) ORDER BY bill.register_id, bill.kind, bill.sequence
"""
NUMBERED = """
    UPDATE billing_register r SET last_sale = m.sale, last_refund = m.refund, last_z = r.last_z + 1
      FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS m (register, sale, refund) WHERE r.id = m.register
"""
CLOSED_SHIFTS = """
    UPDATE billing_shift s SET closed_at = %s, closed_by_id = s.opened_by_id, counted = m.cash, expected = m.cash
      FROM unnest(%s::bigint[], %s::numeric[]) AS m (shift, cash) WHERE s.id = m.shift
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
        self.totals = {till.pk: ZERO for till in shop.tills}
        self.priced: dict[int, tuple[Basket, Priced]] = {}
        self.bills = self.lines = 0

    def write(self, trade: Trade) -> None:
        """The day's shifts, all tills together. A till that sold nothing stays closed."""
        hands = self.chance.sample(self.shop.cashiers, len(self.shop.tills))
        deeds = sorted(self.deeds(trade), key=attrgetter("at"))
        turns = [
            self.turn(till, hands[n], trade.day, part)
            for n, till in enumerate(self.shop.tills)
            if (part := deeds[n :: len(self.shop.tills)])
        ]
        for turn in turns:
            self.fill(turn)
        self.rows.write()
        self.seal(turns)
        self.close(turns)

    def deeds(self, trade: Trade) -> list[Deed]:
        baskets = trade.baskets[: trade.sales]
        what = [self.what(basket) for basket in baskets]
        begins = {basket.hour: moment(trade.day, time(basket.hour)) for basket in baskets}
        until = moment(trade.day, time(LAST_HOUR + 1))
        found = []
        for n in range(trade.sales):
            place = n % len(baskets)
            at = begins[baskets[place].hour] + timedelta(seconds=self.chance.randrange(3600))
            found.append(drawn(what[place], at, until, self.shop, self.chance))
        return found

    def what(self, basket: Basket) -> Priced:
        """Each year repeats the baskets of the one before."""
        if id(basket) not in self.priced:
            self.priced[id(basket)] = basket, priced(basket.lines, self.shop)
        return self.priced[id(basket)][1]

    def turn(self, till: Register, by: User, day: date, deeds: Sequence[Deed]) -> Turn:
        begun, ended = moment(day, OPENED), moment(day, CLOSED)
        numbers = till.last_sale, till.last_refund, self.totals[till.pk]
        return Turn(next(self.rows.ids.shifts), till, by, day, begun, ended, deeds, *numbers, FLOAT)

    def fill(self, turn: Turn) -> None:
        till, terms, sold = turn.till, self.shop.terms, {}
        place = Place(turn.id, till.pk, till.code, turn.by.pk, turn.day, terms.pk, terms.prices_include_tax)
        self.rows.shift(place, turn.opened_at, turn.opening)
        for deed in turn.deeds:
            till.last_sale += 1
            sold[id(deed)] = self.rows.sale(deed, place, till.last_sale)
        for deed in turn.back:
            till.last_refund += 1
            assert deed.refund_at
            self.rows.refund(deed, place, till.last_refund, deed.refund_at, sold[id(deed)])
        self.totals[till.pk] += turn.total
        self.bills += len(turn.deeds) + len(turn.back)
        self.lines += sum(len(deed.priced.lines) for deed in (*turn.deeds, *turn.back))

    def seal(self, turns: Sequence[Turn]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(DOCUMENTS, [[turn.id for turn in turns]])
            found = cursor.fetchall()
            with cursor.copy("COPY billing_billseal (bill_id, digest) FROM STDIN") as copy:
                for register, kind, bill, document in found:
                    series = register, kind
                    self.seals[series] = sha256(self.seals[series] + bytes(document)).digest()
                    copy.write_row((bill, self.seals[series]))

    def close(self, turns: Sequence[Turn]) -> None:
        ids, tills = [turn.id for turn in turns], [turn.till for turn in turns]
        numbers = [[getattr(till, name) for till in tills] for name in ("pk", "last_sale", "last_refund")]
        documents = [json.dumps(document(turn, self.shop), cls=DjangoJSONEncoder) for turn in turns]
        with connection.cursor() as cursor:
            cursor.execute(NUMBERED, numbers)
            cursor.execute(CLOSED_SHIFTS, [turns[0].closed_at, ids, [turn.expected for turn in turns]])
            cursor.execute(zreport.STORE, [ids, documents])

    def settle(self) -> None:
        with connection.cursor() as cursor:
            for statement, moved in ((LEFT_SHELF, self.rows.left_shelf), (POINTS, self.rows.points)):
                cursor.execute(statement, [list(moved), list(moved.values())])
                moved.clear()


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
