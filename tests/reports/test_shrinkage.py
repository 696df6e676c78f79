"""Losses of stock, by cause."""

from decimal import Decimal as D

import pytest
from django.test import Client

from accounts.models import User
from inventory.counting import booking, entries, sheets
from inventory.models import Product
from inventory.shelf import stock
from pos import calendar

pytestmark = pytest.mark.django_db


def test_losses_are_listed_by_cause_at_cost_and_at_price(
    may_web: Client, ana: User, may: User, tea: Product, milk: Product
) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    stock.write_off(tea, D(2), by=may, reason="Theft")
    sheet = sheets.open_sheet(by=may)
    entries.count(sheet, tea.pk, D(5), by=ana)
    booking.book(sheet, by=may)
    Product.objects.filter(pk=tea.pk).update(cost=D("9.00"), price=D("99.00"))
    page = may_web.get("/reports/shrinkage").content.decode()
    assert "-€12.00" in page  # 3 counted short, at the cost of that day
    assert "-€37.50" in page
    assert "Theft" in page
    booking.undo(sheet, reason="the wrong shelf", by=may)
    assert "-€12.00" not in may_web.get("/reports/shrinkage").content.decode()


def test_other_days_show_no_losses_and_cashiers_are_refused(
    may_web: Client, ana_web: Client, may: User, tea: Product
) -> None:
    stock.write_off(tea, D(2), by=may, reason="Theft")
    before = may_web.get("/reports/shrinkage?from=2020-01-01&to=2020-01-31").content.decode()
    assert "Nothing was lost" in before
    assert ana_web.get("/reports/shrinkage").status_code == 403
    assert may_web.get("/reports/shrinkage?from=2020-02-01&to=2020-01-31").status_code == 400


def test_program_reads_losses_by_cause(may_api: Client, ana_api: Client, may: User, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    stock.write_off(tea, D(2), by=may, reason="Theft")
    today = calendar.today().isoformat()
    path = f"/api/v1/reports/shrinkage?from={today}&to={today}"
    told = may_api.get(path).json()
    assert (told["at_cost"], told["at_price"]) == ("-8.00", "-25.00")
    cause = told["causes"][0]
    assert (cause["kind"], cause["reason"], cause["pieces"], cause["at_cost"]) == ("write_off", "Theft", "-2", "-8.00")
    before = may_api.get("/api/v1/reports/shrinkage?from=2020-01-01&to=2020-01-31").json()
    assert (before["at_cost"], before["causes"]) == ("0.00", [])
    assert may_api.get("/api/v1/reports/shrinkage").status_code == 400
    assert ana_api.get(path).status_code == 403
