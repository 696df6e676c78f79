"""Every figure is the same however it is split, from kept sums or from bills."""

from datetime import timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.db.models import Sum

from accounts.models import User
from billing.drawer import cash, counting
from billing.history import importing
from billing.history.mapping import Columns
from billing.models import Bill, BillLine, BillTax, Payment, Shift, StoredValueEntry
from billing.outage import posting
from inventory.models import Category
from pos import calendar, clock
from pos.errors import Invalid
from pos.money import ZERO
from reports.figures import payments, periods, queries, taxes, z_archive
from reports.figures.dimensions import ALL, DIMENSIONS
from reports.figures.question import Question, answer
from reports.rollups import keeping
from tests import cast, outage
from tests.reports.history import Shop

DAYS = 70


@pytest.fixture
def people(may: User) -> list[User]:
    return [may, cast.person("mia", role="manager")]


def whole(shop_days: int = DAYS) -> periods.Period:
    return periods.between(calendar.today() - timedelta(shop_days), calendar.today())


def kept() -> None:
    keeping.Patience.until = 0
    while keeping.work_one():
        pass


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_total_by_any_dimension_equals_bills_tenders_taxes_and_z(seed, people, may, tmp_path):
    shop = Shop(seed, inclusive=bool(seed % 2), cashiers=people)
    shop.trade(DAYS, bills=24)
    imported(tmp_path / "old.csv", may)
    if seed % 2:  # what a till kept while the server was away; it knows prices with tax
        posting.post(outage.sale((shop.shelf[0], "1"), cash="100.00", at=clock.now().isoformat()), by=may)
    kept()
    for _ in range(3):  # of today
        shop.refund(shop.sale())
    late = shop.sale()
    shop.move(late.pk, DAYS - 2)  # for a day that was kept before

    bills = Bill.objects.aggregate(
        total=Sum("total"), tax=Sum("tax"), change=Sum("change"), rounding=Sum("cash_rounding")
    )
    beside = Bill.objects.aggregate(points=Sum("points_spent"), cards=Sum("cards_sold"))
    assert beside["cards"] and StoredValueEntry.objects.exists()
    cost = sum((line.unit_cost * line.quantity for line in BillLine.objects.all()), ZERO)
    for dimension in (None, *ALL):
        asked = Question(whole(), dimension)
        found, facts = answer(asked), answer(asked, from_bills=True)
        assert {key: sums for key, sums in found.rows.items() if any(sums.values())} == {
            key: sums for key, sums in facts.rows.items() if any(sums.values())
        }, dimension
        total = found.total
        assert total["revenue"] == bills["total"], dimension
        if "tax" in total:
            assert total["tax"] == bills["tax"] == BillTax.objects.aggregate(sum=Sum("tax"))["sum"]
            assert total["cost"] == cost
        if "sales" in total:
            assert total["sales"] == Bill.objects.filter(kind="sale").count()
            assert total["refunds"] == Bill.objects.filter(kind="refund").count()
    paid = Payment.objects.aggregate(sum=Sum("amount"))["sum"]
    assert paid - bills["change"] + beside["points"] - bills["rounding"] - beside["cards"] == bills["total"]
    assert queries.revenue(whole()).revenue == bills["total"]
    assert sum(one.stays for one in payments.by_tender(whole()).values()) == bills["total"]
    assert sum(row.revenue for row in taxes.by_rate(whole(), "quarter")) == bills["total"]
    assert sum(row.tax for row in taxes.by_rate(whole(), "month")) == bills["tax"]

    for shift in Shift.objects.filter(closed_at=None):
        counting.close_shift(shift.pk, counted=cash.expected_cash(shift), by=shift.opened_by)
    everything = periods.between(calendar.today() - timedelta(DAYS), calendar.today() + timedelta(1))
    assert z_archive.total(everything, None).revenue == bills["total"]  # imported bills have one too


def imported(path: Path, by: User) -> None:
    """Two imported bills: a sale and its refund."""
    day = calendar.today() - timedelta(DAYS // 2)
    rows = [
        "invoice,stock_code,description,quantity,invoiced_at,unit_price,customer_id",
        f"7,X,Cup,3,{day} 10:00:00,9.00,",
        f"C8,X,Cup,-1,{day} 11:00:00,9.00,",
    ]
    path.write_text("\n".join(rows))
    importing.run(path, Columns(), by=by, tell=lambda _rows: None, say=lambda _what: None)


@pytest.mark.django_db
def test_filtered_figures_add_up_to_the_unfiltered_and_agree_with_the_bills(people, may):
    shop = Shop(7, cashiers=people)
    shop.trade(DAYS, bills=20)
    kept()
    shop.sale()
    revenue = answer(Question(whole())).total["revenue"]
    filters = [dimension for dimension in ALL if dimension.read and dimension.name != "category"]
    for only in filters:
        values = answer(Question(whole(), only)).rows
        parts = {value: answer(Question(whole(), None, {only.name: value})) for value in values}
        assert sum(part.total["revenue"] for part in parts.values()) == revenue, only.name
        for value, part in parts.items():
            assert part.total == answer(Question(whole(), None, {only.name: value}), from_bills=True).total
        for by in ("day", "month", "hour", "cashier", "tier"):
            value = next(iter(values))
            asked = Question(whole(), DIMENSIONS[by], {only.name: value})
            assert answer(asked).total["revenue"] == parts[value].total["revenue"]


@pytest.mark.django_db
def test_a_category_includes_those_below_it_and_opens_to_them(people, may):
    shop = Shop(3, cashiers=people)
    shop.trade(3, bills=15)
    food, fruit = Category.objects.get(name="Food"), Category.objects.get(name="Fruit")
    top = answer(Question(whole(), DIMENSIONS["category"])).rows
    assert set(top) == {0, food.pk, Category.objects.get(name="Books").pk}
    inside = answer(Question(whole(), DIMENSIONS["category"], {"category": food.pk}))
    assert set(inside.rows) == {food.pk, fruit.pk}
    assert inside.total == top[food.pk]
    without = answer(Question(whole(), None, {"category": 0}))
    assert without.total == top[0]


@pytest.mark.django_db
def test_margin_is_net_less_the_cost_fixed_on_the_line(people, may):
    shop = Shop(5, cashiers=people)
    sale = shop.sale()
    before = answer(Question(whole())).total
    for product in shop.shelf:
        product.cost = D(9999)
        product.save(update_fields=["cost"])
    assert answer(Question(whole())).total == before
    named = {measure.name: measure.read(before) for measure in Question(whole()).measures}
    cost = sum((line.unit_cost * line.quantity for line in sale.lines.all()), ZERO)
    assert named["margin"] == sale.total - sale.tax - cost
    assert named["average"] == sale.total
    assert named["turnover"] == before["revenue"] + before["refunded"]


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["product", "category", "rate"])
def test_filter_by_tender_cannot_be_combined_with_goods(other):
    with pytest.raises(Invalid, match="whole bill"):
        answer(Question(whole(), DIMENSIONS[other], {"tender": "cash"}))


@pytest.mark.django_db
def test_question_about_closed_days_reads_no_bill_lines(people, may, django_assert_max_num_queries):
    shop = Shop(2, cashiers=people)
    shop.trade(DAYS, bills=6)
    kept()
    closed = periods.between(calendar.today() - timedelta(DAYS), calendar.today() - timedelta(1))
    with django_assert_max_num_queries(3) as asked:  # the counts, the kept months, the sums
        answer(Question(closed, DIMENSIONS["hour"]))
    assert not any("billing_billline" in query["sql"] for query in asked)
