from decimal import Decimal

import pytest
from django.utils.translation import override

from pos.templatetags import money as figures


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("1234.5", "EUR", "en", "€1,234.50"),
        ("-3.20", "EUR", "en", "-€3.20"),
        ("1234.5", "EUR", "de", "1.234,50\xa0€"),
        ("1200", "JPY", "en", "¥1,200"),
        ("1.234", "KWD", "en", "KWD1.234"),
        ("0", "EUR", "en", "€0.00"),
    ],
)
def test_money_is_written_as_the_reader_writes_it(
    settings, amount: str, currency: str, language: str, shown: str
) -> None:
    settings.CURRENCY = currency
    with override(language):
        assert figures.money(Decimal(amount)) == shown
        assert figures.money(amount) == shown


def test_whole_cash_amount_has_no_decimals() -> None:
    assert figures.cash(Decimal("50.00")) == "€50"
    assert figures.cash(Decimal("0.50")) == "€0.50"
    with override("de"):
        assert figures.cash(Decimal("1000.00")) == "1.000\xa0€"


@pytest.mark.parametrize(
    ("amount", "shown"), [("2.000", "2"), ("0.350", "0.35"), ("10", "10"), ("1200.000", "1,200"), ("-1.5", "-1.5")]
)
def test_quantity_has_no_zeros_at_the_end(amount: str, shown: str) -> None:
    assert figures.quantity(Decimal(amount)) == shown


@pytest.mark.parametrize(("rate", "shown"), [("0.15", "15%"), ("0.055", "5.5%"), ("0", "0%"), ("1", "100%")])
def test_rate_is_shown_as_a_percentage(rate: str, shown: str) -> None:
    assert figures.percent(Decimal(rate)) == shown


@pytest.mark.parametrize(
    ("part", "shown"), [("0.440", "44.0%"), ("0.0190", "1.90%"), ("-0.603", "-60.3%"), ("0.50", "50%"), ("2", "200%")]
)
def test_share_is_written_with_all_its_places(part: str, shown: str) -> None:
    assert figures.share(Decimal(part)) == shown


def test_points_keep_the_decimals_of_the_currency(settings) -> None:
    assert figures.points(Decimal("12.400")) == "12.40"
    settings.CURRENCY = "JPY"
    assert figures.points(Decimal(12)) == "12"


def test_form_field_carries_a_point_whatever_the_language() -> None:
    with override("de"):
        assert figures.plain(Decimal("1234.500")) == "1234.50"
        assert figures.plain_quantity(Decimal("1200.000")) == "1200"
        assert figures.plain_quantity(Decimal("0.350")) == "0.35"


@pytest.mark.parametrize(
    "figure", [figures.money, figures.quantity, figures.percent, figures.points, figures.plain, figures.plain_quantity]
)
def test_missing_number_is_shown_as_empty(figure) -> None:
    assert figure(None) == ""
    assert figure("") == ""
