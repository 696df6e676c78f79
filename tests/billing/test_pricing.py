"""The arithmetic of pricing, on plain values."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import pricing
from billing.pricing import BillDiscount, Item, PointsExceedDue, TenderTooSmall, Terms
from pos.errors import Invalid
from pos.money import allocate, rounded

VIP = Terms(vip_rate=D("0.15"), tax_included=False, point_multiplier=D("0.15"))
WORKED = [
    Item(D("19.99"), D(2), D("0.10"), discount_percent=D(10)),
    Item(D("5.00"), D(1)),
]


@pytest.fixture
def francs(settings):
    settings.CURRENCY = "CHF"


def test_worked_example_of_the_rules_is_right_to_the_cent(francs):
    quote = pricing.quote(WORKED, VIP, points=D("5.00"))
    assert [line.gross for line in quote.lines] == [D("39.98"), D("5.00")]
    assert quote.lines[0].line_discount == D("4.00")
    assert quote.vip_discount == D("6.15")
    assert [line.bill_discount for line in quote.lines] == [D("5.40"), D("0.75")]
    assert [line.net for line in quote.lines] == [D("30.58"), D("4.25")]
    assert (quote.tax, quote.total) == (D("3.06"), D("37.89"))
    assert (quote.due, quote.due_in_cash, quote.cash_rounding) == (D("32.89"), D("32.90"), D("0.01"))
    assert pricing.settle(quote.due, cash=D("50.00"), other=D(0)).change == D("17.10")
    assert quote.points_earned == D("4.93")


def test_tax_inside_the_price_is_extracted_once_per_rate():
    quote = pricing.quote([Item(D("0.33"), D(1), D("0.20")) for _ in range(3)], Terms())
    assert quote.total == D("0.99")
    assert [(tax.base, tax.tax) for tax in quote.taxes] == [(D("0.82"), D("0.17"))]
    assert sorted(line.tax for line in quote.lines) == [D("0.05"), D("0.06"), D("0.06")]


def test_line_discount_never_goes_below_zero():
    quote = pricing.quote([Item(D("5"), D(1), discount_percent=D(50), discount_amount=D("9"))], Terms())
    assert (quote.total, quote.discount) == (D(0), D("5.00"))


def test_points_cannot_exceed_the_total():
    assert pricing.quote([Item(D("5"), D(1))], Terms(), points=D("5.00")).due == 0
    with pytest.raises(PointsExceedDue) as refused:
        pricing.quote([Item(D("5"), D(1))], Terms(), points=D("5.01"))
    assert refused.value.facts == {"total": D("5.00")}


def test_half_a_cent_rounds_away_from_zero():
    assert pricing.quote([Item(D("0.01"), D("0.5"))], Terms()).total == D("0.01")
    assert rounded(D("-0.005")) == D("-0.01")


@pytest.mark.parametrize(("currency", "total"), [("JPY", "10"), ("EUR", "10.01"), ("KWD", "10.007")])
def test_currency_sets_the_decimals(settings, currency, total):
    settings.CURRENCY = currency
    assert pricing.quote([Item(D("10.007"), D(1))], Terms()).total == D(total)


def test_change_is_given_only_from_cash():
    settlement = pricing.settle(D("10.00"), cash=D("8.00"), other=D("5.00"))
    assert (settlement.change, settlement.cash_rounding) == (D("3.00"), D("0.00"))
    with pytest.raises(Invalid):
        pricing.settle(D("10.00"), cash=D(0), other=D("10.01"))


def test_too_small_a_payment_is_refused_with_the_amount_due():
    with pytest.raises(TenderTooSmall) as refused:
        pricing.settle(D("10.00"), cash=D("4.99"), other=D("5.00"))
    assert refused.value.facts == {"due": D("10.00"), "missing": D("0.01")}


def test_cash_rounding_applies_to_the_cash_part_only(francs):
    assert pricing.settle(D("10.02"), cash=D(0), other=D("10.02")).cash_rounding == 0
    mixed = pricing.settle(D("10.02"), cash=D("5.00"), other=D("5.00"))
    assert (mixed.cash_rounding, mixed.change) == (D("-0.02"), D("0.00"))


def test_sum_too_small_for_a_coin_needs_no_payment(francs):
    assert pricing.settle(D("0.02"), cash=D(0), other=D(0)) == pricing.Settlement(D(0), D("-0.02"), D(0))
    for due, other, missing in [("0.03", "0", "0.03"), ("10.02", "10.00", "0.02")]:
        with pytest.raises(TenderTooSmall) as refused:
            pricing.settle(D(due), cash=D(0), other=D(other))
        assert refused.value.facts["missing"] == D(missing)


MONEY = st.decimals(0, 5000, places=2)
ITEMS = st.lists(
    st.builds(
        Item,
        unit_price=MONEY,
        quantity=st.decimals("0.001", 50, places=3),
        tax_rate=st.sampled_from([D(0), D("0.07"), D("0.19"), D("0.10")]),
        discount_percent=st.sampled_from([D(0), D(10), D("33.33"), D(100)]),
        discount_amount=st.decimals(0, 5, places=2),
    ),
    min_size=1,
    max_size=12,
)


@given(ITEMS, st.booleans(), st.sampled_from([D(0), D("0.15"), D(1)]))
def test_every_bill_adds_up(items, included, vip_rate):
    quote = pricing.quote(items, Terms(vip_rate, included, D("0.15")))
    cents = {"total": quote.total, "tax": quote.tax, "vip": quote.vip_discount}
    assert all(amount == amount.quantize(D("0.01")) for amount in cents.values())
    assert quote.subtotal - quote.discount == sum(line.net for line in quote.lines)
    assert quote.vip_discount == sum(line.bill_discount for line in quote.lines)
    assert quote.tax == sum(line.tax for line in quote.lines) == sum(tax.tax for tax in quote.taxes)
    assert quote.total == sum(tax.base + tax.tax for tax in quote.taxes)
    assert all(line.net >= 0 for line in quote.lines)


OFF = st.builds(
    BillDiscount,
    percent=st.decimals(0, 100, places=2),
    amount=st.one_of(st.just(D(0)), st.decimals(0, 9999, places=2)),
)


@given(ITEMS, st.booleans(), st.sampled_from([D(0), D("0.15"), D(1)]), OFF)
def test_discount_on_the_whole_bill_is_shared_to_the_cent_and_taxed_once(items, included, vip_rate, off):
    plain = pricing.quote(items, Terms(vip_rate, included))
    quote = pricing.quote(items, Terms(vip_rate, included), off=off)
    worth = sum((line.net for line in plain.lines), D(0))
    assert quote.manual_discount == min(worth, rounded(rounded(worth * off.percent / 100) + off.amount))
    assert sum(line.manual_discount for line in quote.lines) == quote.manual_discount
    assert sum(line.net for line in quote.lines) == worth - quote.manual_discount >= 0
    assert all(0 <= line.manual_discount <= before.net for line, before in zip(quote.lines, plain.lines, strict=True))
    assert all(line.gross - line.discount == line.net >= 0 for line in quote.lines)
    for tax in quote.taxes:
        net = sum(line.net for line in quote.lines if line.item.tax_rate == tax.rate)
        assert tax.tax == rounded(net * tax.rate / (1 + tax.rate) if included else net * tax.rate)
        assert tax.base == (net - tax.tax if included else net)
    assert quote.total == sum(line.net for line in quote.lines) + (0 if included else quote.tax)


@given(st.decimals(0, 9999, places=2), st.decimals("0.001", 50, places=3), OFF)
def test_line_discount_takes_percent_then_amount_up_to_the_line_total(price, quantity, off):
    (line,) = pricing.quote([Item(price, quantity, D(0), off.percent, off.amount)], Terms()).lines
    assert line.line_discount == min(line.gross, rounded(line.gross * off.percent / 100) + off.amount)
    assert line.net == line.gross - line.line_discount >= 0


@given(st.decimals(-9999, 9999, places=2), st.lists(st.decimals(0, 999, places=3), min_size=1, max_size=30))
def test_shares_sum_to_the_whole(amount, weights):
    shares = allocate(amount, weights)
    assert sum(shares) == (amount if sum(weights) else 0)
    assert all(share * amount >= 0 for share in shares)
