"""Amounts in the API, in every currency."""

import re
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from inventory.models import TaxRate
from members.models import Member
from tests import cast
from tests.billing.test_api_bills import sell

PRICES = [("JPY", "1250", 0), ("EUR", "12.50", 2), ("KWD", "1.250", 3)]
OTHER_FIGURES = {"quantity", "oversold", "tax_rate", "rate", "stock", "reorder_point", "phone"}


@pytest.mark.parametrize(("currency", "price", "places"), PRICES)
def test_every_amount_has_the_decimals_of_the_currency(
    ana_api: Client, may_api: Client, vera: Member, settings: Any, currency: str, price: str, places: int
) -> None:
    settings.CURRENCY = currency
    rate = TaxRate.objects.create(name="Ten", rate=D("0.10"))
    good = cast.product("A", price, tax_rate=rate)
    line = {"product": good.pk, "quantity": "3", "discount_percent": "5"}
    cash = [{"method": "cash", "amount": "5000" if places == 0 else "50"}]
    bill = sell(ana_api, [line], member=vera.pk, payments=cash).json()
    quote = ana_api.post("/api/v1/quotes", {"lines": [line], "member": vera.pk}, content_type="application/json").json()
    day = bill["business_date"]
    answers = [bill, quote, may_api.get(f"/api/v1/products/{good.pk}").json()]
    reports = (f"revenue?from={day}&to={day}", "current-cash")
    answers += [may_api.get(f"/api/v1/reports/{name}").json() for name in reports]
    answers += [ana_api.get(f"/api/v1/members/{vera.pk}").json(), ana_api.get("/api/v1/bills").json()]
    short = sell(ana_api, [line], payments=[{"method": "cash", "amount": "1"}])
    told = [*amounts(answers), *short.json()["facts"].values()]
    assert len(told) > 60
    assert {len(amount.partition(".")[2]) for amount in told} == {places}, told


def amounts(answer: Any, name: str = "") -> list[str]:
    """All amounts: figures sent as text, except quantities and rates."""
    if isinstance(answer, dict):
        return [found for key, value in answer.items() for found in amounts(value, key)]
    if isinstance(answer, list):
        return [found for value in answer for found in amounts(value, name)]
    is_figure = isinstance(answer, str) and re.fullmatch(r"-?\d+(\.\d+)?", answer) and name not in OTHER_FIGURES
    return [answer] if is_figure else []
