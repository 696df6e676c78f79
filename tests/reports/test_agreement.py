"""Bills, reports, drawers and Z reports agree, for sales made as at the till."""

import random
from decimal import Decimal as D
from uuid import UUID

import pytest
from django.db.models import Sum

from billing.drawer import counting, shifts
from billing.models import Bill, Register, Shift, ZReport
from billing.order import Order, Tendered, Wanted
from billing.sale import quotes, sales
from inventory.models import TaxRate
from members.models import Member
from pos.models import StoreSettings
from reports.figures import periods, queries
from tests.reports.books import clerk, product

pytestmark = pytest.mark.django_db
TILLS = ["R1", "R2"]


def open_tills(dice: random.Random) -> None:
    for code in TILLS:
        Register.objects.create(code=code)
        shifts.open_shift(code, opening_float=D(dice.randrange(200)), by=clerk())


def sold(dice: random.Random, shelf: list, members: list) -> Bill:
    """One sale of a few products, paid in cash, by card or both, perhaps with points."""
    lines = [
        Wanted(D(dice.randint(1, 4)), of.pk, discount_percent=D(dice.choice([0, 0, 5, 10])))
        for of in dice.sample(shelf, dice.randint(1, 5))
    ]
    member = dice.choice(members)
    asked = {"lines": lines, "register": dice.choice([*TILLS, "API"]), "member": member}
    if member:
        asked["points"] = min(Member.objects.get(pk=member).points, D("0.07"))
    key = UUID(int=dice.getrandbits(128))
    due = quotes.quote(Order(key, **asked))[2].due
    card = (due * dice.choice([D(0), D(1), D("0.5")])).quantize(D("0.01"))
    cash = due - card + dice.choice([1, 3]) if due - card else D(0)
    payments = [Tendered(method, amount) for method, amount in [("card", card), ("cash", cash)] if amount]
    return sales.sell(Order(key, payments=payments, **asked), cashier=clerk()).bill


@pytest.mark.parametrize("seed", range(4))
def test_reports_bills_drawers_and_z_agree(seed, settings):
    dice = random.Random(seed)
    settings.CURRENCY = "CHF" if seed < 2 else "EUR"  # cash in steps of 0.05
    StoreSettings.change(by="may", prices_include_tax=bool(seed % 2), require_pin_for_points=False)
    rates = [None, *(TaxRate.objects.create(name=rate, rate=rate) for rate in ("0.07", "0.19"))]
    shelf = [product(f"p{n}", f"{dice.randint(1, 9999) / 100:.2f}", tax_rate=dice.choice(rates)) for n in range(8)]
    members = [
        None,
        *(Member.objects.create(number=f"M{n}", name=f"M{n}", is_vip=bool(n)).pk for n in range(2)),
    ]
    open_tills(dice)
    bills = [sold(dice, shelf, members) for _ in range(25)]
    assert {bill.business_date for bill in bills} == {bills[0].business_date}
    day = periods.day(bills[0].business_date)

    found = queries.revenue(day)
    assert found.sales == len(bills)
    assert found.points_spent and found.vip_discount
    assert found.revenue == sum(bill.total for bill in bills)
    assert found.net == found.revenue - sum(bill.tax for bill in bills)
    assert sum(D(row["tax"]) for row in queries.taxes(day)) == found.tax
    tendered = sum(D(row["amount"]) for row in queries.tenders(day))
    assert tendered - found.change + found.points_spent == found.revenue + found.cash_rounding

    lines = sum(row.revenue for row in queries.purchased_products(day))
    assert lines == (found.revenue if seed % 2 else found.net)
    year = day.start.year
    for sold_by, counted in (("piece", "pieces"), ("weight", "kilograms")):
        of_kind = sum(row.quantity for row in queries.purchased_products(day) if row.sold_by == sold_by)
        assert of_kind == sum(getattr(month.sold, counted) for month in queries.year_by_month(year).values())
    for series in (queries.by_hour(day.start), queries.by_day(day), queries.year_by_month(year)):
        assert sum(taken.revenue for taken in series.values()) == found.revenue
        assert sum(taken.sales for taken in series.values()) == found.sales

    drawers = {open_one.shift.register.code: open_one.cash for open_one in queries.drawers()}
    for shift in Shift.objects.filter(closed_at=None):
        z = counting.close_shift(shift.pk, counted=drawers[shift.register.code], by=clerk())
        assert D(z.document["cash"]["difference"]) == 0
    assert not queries.drawers()
    documents = [z.document for z in ZReport.objects.all()]
    for name, figure in {
        "total": found.revenue,
        "tax": found.tax,
        "vip_discount": found.vip_discount,
    }.items():
        assert sum(D(document[name]) for document in documents) == figure
    assert Bill.objects.aggregate(total=Sum("total"))["total"] == found.revenue
