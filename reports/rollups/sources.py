"""What can be added up, and how it reads from the books.

Each source has a statement over the bills and tables that hold the same sums of closed days and months, and of products
and members those until the first day of each month and the latest Monday. `{days}` in the statement is a condition on
the business date `b.business_date`; its one parameter is the shop's `zone`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models

from billing.models import RegisterKind
from reports.models import (
    DayCashier,
    DayMember,
    DayProduct,
    DayRate,
    DayTaking,
    DayTender,
    DayTenderTotal,
    DayTotal,
    MemberUntil,
    MonthMember,
    MonthProduct,
    MonthRate,
    MonthTaking,
    MonthTender,
    ProductUntil,
)

DAY, MONTH, UNTIL = "day", "month", "until"
OF_COUNTER = ("hour", "register", "cashier", "tier")
OF_LINES = (
    "revenue",
    "tax",
    "refunded",
    "line_discount",
    "manual_discount",
    "vip_discount",
    "cost",
    "pieces",
    "kilograms",
)
OF_BILLS = ("sales", "refunds", "points_spent", "points_earned", "cash_rounding", "change", "cards_sold")
POINTS, ROUNDING, CARDS_SOLD = "points", "rounding", "cards-sold"
NO_MEMBER, REGULAR, VIP = "none", "regular", "vip"
SOON_MINUTES, CARD_A_DAY = 10, 3

# The tier as the bill shows it: who got the VIPs' discount was a VIP
BILL = f"""
    b.id AS bill, b.business_date AS day, extract(hour FROM b.at AT TIME ZONE %(zone)s)::int AS hour,
    b.register_id AS register, b.cashier_id AS cashier, b.member_id AS member,
    CASE WHEN b.member_id IS NULL THEN '{NO_MEMBER}' WHEN b.vip_discount <> 0 THEN '{VIP}' ELSE '{REGULAR}' END AS tier
"""
GROSS = "l.net + CASE WHEN b.tax_included THEN 0 ELSE l.tax END"
LINE = f"""
    {GROSS} AS revenue, l.tax, CASE WHEN b.kind = 'refund' THEN -({GROSS}) ELSE 0 END AS refunded,
    l.line_discount, l.manual_discount, l.bill_discount - l.manual_discount AS vip_discount,
    l.unit_cost * l.quantity AS cost,
    CASE l.sold_by WHEN 'piece' THEN l.quantity ELSE 0 END AS pieces,
    CASE l.sold_by WHEN 'weight' THEN l.quantity ELSE 0 END AS kilograms
"""
LINES = "FROM billing_bill b JOIN billing_billline l ON l.bill_id = b.id"
# A refund takes back what was earned, and gives back what was spent
POINTS_IN = "greatest(b.points_earned, 0) + greatest(-b.points_spent, 0)"
POINTS_OUT = "greatest(-b.points_earned, 0) + greatest(b.points_spent, 0)"
TAKINGS_FACTS = f"""
    SELECT {BILL}, (b.kind = 'sale')::int AS sales, (b.kind = 'refund')::int AS refunds,
           b.points_spent, b.points_earned, b.cash_rounding, b.change, b.cards_sold, b.total AS revenue, b.tax,
           {POINTS_IN} AS points_in, {POINTS_OUT} AS points_out,
           CASE WHEN b.kind = 'refund' THEN -b.total ELSE 0 END AS refunded,
           b.discount - b.vip_discount - b.manual_discount AS line_discount, b.manual_discount, b.vip_discount,
           coalesce(l.cost, 0) AS cost, coalesce(l.pieces, 0) AS pieces, coalesce(l.kilograms, 0) AS kilograms
      FROM billing_bill b
      LEFT JOIN LATERAL (
           SELECT sum(unit_cost * quantity) AS cost, sum(quantity) FILTER (WHERE sold_by = 'piece') AS pieces,
                  sum(quantity) FILTER (WHERE sold_by = 'weight') AS kilograms
             FROM billing_billline WHERE bill_id = b.id) l ON true
     WHERE {{days}}
"""
RATES_FACTS = f"SELECT {BILL}, l.tax_rate AS rate, {LINE} {LINES} WHERE {{days}}"
# An earlier system had costs of its own
COST_IS_KNOWN = f"""
    b.kind = 'sale'
    AND b.register_id NOT IN (SELECT id FROM billing_register WHERE kind = '{RegisterKind.HISTORY.value}')
"""
PRODUCTS_FACTS = f"""
    SELECT {BILL}, l.tax_rate AS rate, l.product_id AS product, l.sold_by, {LINE}, l.net AS as_sold,
           CASE WHEN b.kind = 'sale' THEN b.business_date END AS last_sold,
           CASE WHEN b.kind = 'sale' THEN l.id END AS last_line,
           CASE WHEN {COST_IS_KNOWN} THEN ARRAY[extract(epoch FROM b.at), l.unit_cost] END AS last_cost
      {LINES} WHERE {{days}}
"""
# Tenders less change, points and what was rounded off, less the gift cards sold, are the revenue
TENDERS_FACTS = f"""
    SELECT {BILL}, p.tender, p.payments, p.payments * p.amount AS received, p.amount AS revenue,
           CASE WHEN b.kind = 'refund' THEN -p.amount ELSE 0 END AS refunded
      FROM billing_bill b
     CROSS JOIN LATERAL (
           SELECT method AS tender, amount, 1 AS payments FROM billing_payment WHERE bill_id = b.id
            UNION ALL
           SELECT tender, amount, 0 FROM (VALUES
               ((SELECT code FROM billing_tender WHERE kind = 'cash'), -b.change),
               ('{POINTS}', b.points_spent), ('{ROUNDING}', -b.cash_rounding), ('{CARDS_SOLD}', -b.cards_sold)
           ) beside (tender, amount) WHERE amount <> 0) p
     WHERE {{days}}
"""
# A card counts once a day, at the sale with which it was shown too often
CASHIERS_FACTS = f"""
    SELECT b.id AS bill, b.business_date AS day, b.cashier_id AS cashier, (b.kind = 'sale')::int AS bills,
           b.total AS revenue, CASE WHEN b.kind = 'sale' THEN b.discount - b.vip_discount ELSE 0 END AS given_off,
           l.overrides, (b.kind = 'refund')::int AS returns,
           CASE WHEN b.kind = 'refund' THEN -b.total ELSE 0 END AS refunded,
           coalesce(b.kind = 'refund' AND o.cashier_id = b.cashier_id
                    AND b.at <= o.at + interval '{SOON_MINUTES} minutes', false)::int AS soon_refunded,
           (b.kind = 'sale' AND b.member_id IS NOT NULL AND {CARD_A_DAY + 1} = row_number() OVER (
               PARTITION BY b.business_date, b.cashier_id, b.member_id, b.kind ORDER BY b.id))::int AS same_card
      FROM billing_bill b
      LEFT JOIN billing_bill o ON o.id = b.original_id
      LEFT JOIN LATERAL (
           SELECT count(*) AS overrides FROM billing_billline
            WHERE bill_id = b.id AND b.kind = 'sale' AND unit_price < list_price) l ON true
     WHERE {{days}}
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of sums by its `keys`; the first of them says of what days: of one, of a month, or of all until one."""

    table: str
    keys: tuple[str, ...]

    @property
    def length(self) -> str:
        return self.keys[0]

    @property
    def columns(self) -> set[str]:
        """By what its rows can be split and filtered."""
        return {*self.keys, MONTH} if self.length == DAY else set(self.keys)

    def rows(self, days: str) -> str:
        return f"SELECT * FROM {self.table} WHERE {days}"


@dataclass(frozen=True, slots=True)
class Source:
    """`sums` and `latest` are columns of its tables beside their keys; the statement has a column `bill` and perhaps
    more keys. Each table is made of the one before, the first of the bills. `totals` has the days with fewer keys, made
    of the table of days. `until` has no `latest`; how it is made is in `reports.rollups.until`."""

    kept: tuple[Kept, ...]
    sums: tuple[str, ...]
    facts: str
    latest: tuple[str, ...] = ()
    totals: Kept | None = None
    until: Kept | None = None

    @property
    def tables(self) -> list[Kept]:
        """Those of days and months; the totals of days after the days they are made of."""
        return [*self.kept, *([self.totals] if self.totals else [])]

    def of(self, length: str, columns: Collection[str] = ()) -> Kept | None:
        """The table of this length with the fewest rows that has these columns."""
        found = [kept for kept in self.tables if kept.length == length and kept.columns.issuperset(columns)]
        return found[-1] if found else None

    def columns(self, kept: Kept) -> tuple[str, ...]:
        return *kept.keys, *self.sums, *self.latest

    def made_of(self, kept: Kept, days: str) -> str:
        """The rows the table adds up."""
        if kept is self.kept[0]:
            return self.facts.format(days=days.format(day="b.business_date"))
        return self.kept[0].rows(days.format(day=DAY))

    def rolled(self, kept: Kept, days: str) -> str:
        """The statement whose rows the table holds; `days` is a condition on `{day}`."""
        first, *others = kept.keys
        keys = ", ".join([first if first == DAY else "date_trunc('month', day)::date", *others])
        sums = ", ".join([*(f"sum({name})" for name in self.sums), *(f"max({name})" for name in self.latest)])
        numbers = ", ".join(str(place) for place, _key in enumerate(kept.keys, 1))
        return f"SELECT {keys}, {sums} FROM ({self.made_of(kept, days)}) f GROUP BY {numbers}"


def kept(model: type[models.Model], *keys: str) -> Kept:
    return Kept(model._meta.db_table, keys)


TAKINGS = Source(
    (kept(DayTaking, DAY, *OF_COUNTER), kept(MonthTaking, MONTH, *OF_COUNTER)),
    (*OF_BILLS, *OF_LINES),
    TAKINGS_FACTS,
    totals=kept(DayTotal, DAY),
)
RATES = Source(
    (kept(DayRate, DAY, *OF_COUNTER, "rate"), kept(MonthRate, MONTH, *OF_COUNTER, "rate")), OF_LINES, RATES_FACTS
)
TENDERS = Source(
    (kept(DayTender, DAY, *OF_COUNTER, "tender"), kept(MonthTender, MONTH, *OF_COUNTER, "tender")),
    ("payments", "received", "revenue", "refunded"),
    TENDERS_FACTS,
    totals=kept(DayTenderTotal, DAY, "tender"),
)
PRODUCTS = Source(
    (kept(DayProduct, DAY, "product", "sold_by"), kept(MonthProduct, MONTH, "product", "sold_by")),
    (*OF_LINES, "as_sold"),
    PRODUCTS_FACTS,
    ("last_sold", "last_line", "last_cost"),
    until=kept(ProductUntil, UNTIL, "product", "sold_by"),
)
MEMBERS = Source(
    (kept(DayMember, DAY, "member"), kept(MonthMember, MONTH, "member")),
    (*TAKINGS.sums, "points_in", "points_out"),
    TAKINGS_FACTS,
    until=kept(MemberUntil, UNTIL, "member"),
)
CASHIERS = Source(
    (kept(DayCashier, DAY, "cashier"),),
    ("bills", "revenue", "given_off", "overrides", "returns", "refunded", "soon_refunded", "same_card"),
    CASHIERS_FACTS,
)
ALL = (TAKINGS, RATES, TENDERS, PRODUCTS, MEMBERS, CASHIERS)
