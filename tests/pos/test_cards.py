import pytest

from pos.cards import refuse_card_number
from pos.errors import Invalid


@pytest.mark.parametrize(
    "text", ["4111111111111111", "paid with 4111 1111 1111 1111, thanks", "5500-0000-0000-0004", "378282246310005"]
)
def test_card_number_is_refused_wherever_it_is_written(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_card_number("reference", text)
    assert (refused.value.field, refused.value.reason) == ("reference", "card_number")


@pytest.mark.parametrize("text", ["", "T123", "4111111111111112", "terminal 7, receipt 000481", "2026-11-22 19:20:00"])
def test_terminal_references_pass(text: str) -> None:
    refuse_card_number("reference", text)
