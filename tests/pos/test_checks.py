"""Text and quantities before they are kept, whoever asks."""

from decimal import Decimal as D

import pytest

from pos.checks import check_quantity, check_some, check_text, refuse_nul
from pos.errors import Invalid
from pos.money import MOST_QUANTITY

CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize("text", ["x" * 11, "a\0b", ""])
def test_text_is_as_long_as_allowed_and_holds_no_nul(text: str) -> None:
    check_text("reason", "x" * 10, 10, shortest=1)
    with pytest.raises(Invalid) as refused:
        check_text("reason", text, 10, shortest=1)
    assert (refused.value.field, refused.value.reason) == ("reason", "max_length")
    assert refused.value.message == "At most 10 characters, none of them NUL."


def test_card_number_is_refused_in_text_unless_allowed() -> None:
    check_text("note", CARD, 30, cards_pass=True)
    with pytest.raises(Invalid) as refused:
        check_text("note", CARD, 30)
    assert refused.value.reason == "card_number"


def test_nul_check_refuses_nul_and_nothing_else() -> None:
    refuse_nul("name", "Tea" * 1000)
    with pytest.raises(Invalid, match="NUL"):
        refuse_nul("name", "Tea\0")


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "sNaN", "Infinity", "-Infinity", "10000000", "1E+40"])
def test_quantity_outside_its_range_is_refused(quantity: str) -> None:
    for check in (check_some, check_quantity):
        with pytest.raises(Invalid, match="more than zero"):
            check("quantity", D(quantity))


def test_quantity_is_no_finer_than_a_gram() -> None:
    for fit in (MOST_QUANTITY, D("0.001"), D("1.5000")):
        check_quantity("lines", fit)
    check_some("lines", D("0.0001"))
    with pytest.raises(Invalid, match="three decimals"):
        check_quantity("lines", D("0.0001"))
