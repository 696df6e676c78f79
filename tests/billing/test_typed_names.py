"""A product name typed at the till adds the product if it is the only match."""

from decimal import Decimal as D

import pytest
from django.test import Client

from billing.models import Basket, Shift
from inventory.models import Product
from tests import cast


@pytest.fixture
def till(shift: Shift, ana_web: Client, tea: Product) -> Client:
    cast.product("Herbal tea", "3.00")
    cast.product("Cola33 light", "1.00")
    ana_web.post("/shift/join", {"register": "R1"})
    return ana_web


def scan(till: Client, code: str) -> str:
    page = till.get("/till")["Location"]
    return till.post(f"{page}/scan", {"code": code}, follow=True).content.decode()


def amounts() -> list[D]:
    return list(Basket.objects.get().lines.values_list("quantity", flat=True))


@pytest.mark.parametrize(("typed", "amount"), [("green", 1), ("gree te", 1), ("2*green tea", 2), ("3 × green", 3)])
def test_only_match_is_added(till: Client, typed: str, amount: int) -> None:
    scan(till, typed)
    assert amounts() == [amount]


@pytest.mark.parametrize(("typed", "found"), [("tea", 2), ("2*tea", 2), ("cola33", 1)])
def test_several_matches_and_text_that_may_be_a_code_are_shown_as_a_list(till: Client, typed: str, found: int) -> None:
    assert f"{found} found for" in scan(till, typed)
    assert amounts() == []


@pytest.mark.parametrize("typed", ["nothing of the kind", "4999999999999"])
def test_no_match_adds_nothing(till: Client, typed: str) -> None:
    assert "No product has the code" in scan(till, typed) or "Nothing here has the code" in scan(till, typed)
    assert amounts() == []
