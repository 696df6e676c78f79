"""The file of real invoices as the replay reads it."""

from datetime import date
from decimal import Decimal

import pytest

from bench import invoices
from bench.wire import Wire


@pytest.fixture(scope="module")
def book():
    return invoices.read()


def test_file_agrees_with_the_figures_of_its_readme(book):
    for month, (count, revenue) in invoices.figures().items():
        of_month = [invoice for invoice in book.invoices.values() if invoice.month == month]
        exact = sum(invoice.total + invoice.below_a_cent for invoice in of_month)
        assert (len(of_month), invoices.in_cents(exact)) == (count, revenue), month
    assert book.left_out["lines of returns"] == 10_206
    assert book.left_out["bad-debt bookings"] == 3


def test_articles_have_skus_of_their_own_whatever_the_case(book):
    assert len({invoices.sku(article).lower() for article in book.names}) == len(book.names)
    assert invoices.sku(("79323p", Decimal("6.75"))).lower() != invoices.sku(("79323P", Decimal("6.75"))).lower()


def test_slice_is_in_order_of_date(book):
    chosen = invoices.between(book, date(2009, 12, 1), date(2009, 12, 2), None)
    assert [invoice.day for invoice in chosen] == sorted(invoice.day for invoice in chosen)
    assert len(invoices.between(book, date(2009, 12, 1), date(2009, 12, 31), 7)) == 7


def test_missing_folder_is_reported_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("POS_SHARED", str(tmp_path))
    with pytest.raises(SystemExit, match="Put the data folder beside the checkout"):
        invoices.read()


@pytest.mark.parametrize("base", ["http://example.org", "https://127.0.0.1:8000", "127.0.0.1:8000"])
def test_replay_runs_only_against_this_machine(base):
    with pytest.raises(SystemExit, match=r"only http://127\.0\.0\.1"):
        Wire(base)
