from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from reports.figures.charts import HEIGHT, SLOT, Column, chart, rounded_up
from reports.figures.queries import Taken

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def drawn(*amounts):
    return chart([Column(str(n), str(n), Taken(D(amount))) for n, amount in enumerate(amounts)])


def test_chart_without_sales_is_empty():
    assert drawn() is None
    assert drawn(0, 0) is None


def test_bars_start_at_zero_and_end_at_their_value():
    picture = drawn(50, 0, 100)
    assert [(bar.y, bar.height) for bar in picture.bars] == [(500, 500), (0, 1000)]
    assert picture.ticks == [100, 50, 0]


def test_bars_of_more_refunds_than_sales_go_below_zero():
    assert [(bar.y, bar.height) for bar in drawn(100, -75).bars] == [(0, 500), (500, 375)]
    assert drawn(100, -75).ticks == [100, 50, 0, -50, -100]
    assert drawn(100, -50).ticks == [100, 50, 0, -50]
    assert drawn(100, -50).lines == [0, 333, 666, 1000]
    assert drawn(0, -50).ticks == [50, 25, 0, -25, -50]


@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_every_bar_stays_inside_the_picture(amounts):
    if picture := drawn(*amounts):
        for bar in picture.bars:
            assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT + 4
            assert 0 <= bar.x < bar.x + bar.width <= len(amounts) * SLOT


@given(st.decimals(min_value=D("0.001"), max_value=10**12, places=3))
def test_scale_ends_above_the_highest_bar_but_not_far(amount):
    assert amount <= rounded_up(amount) <= 2 * amount
