"""The check digit of a barcode, computed as in the standard."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from inventory import barcodes

CODES = st.sampled_from(barcodes.CHECKED_LENGTHS).flatmap(
    lambda size: st.text("0123456789", min_size=size, max_size=size)
)


@given(CODES)
def test_check_digit_follows_the_standard(code: str) -> None:
    assert barcodes.has_wrong_check_digit(code) == (not ean.is_valid(code))
    whole = code[:-1] + ean.calc_check_digit(code[:-1])
    assert not barcodes.has_wrong_check_digit(whole)
