from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from multiprocessing import active_children
from unittest.mock import Mock

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image
from stdnum import ean

from accounts.models import User
from billing.models import Bill, Payment, Shift
from demo import ahead, loading, people
from demo.goods import SHELVES
from demo.management.commands import demo_shop as demo_command
from demo.opening import in_house_code
from demo.pictures import DRAWINGS, picture
from inventory.models import Product, Stock, StockMovement
from members.models import Member, PointsEntry
from pos import clock
from reports.figures import queries
from tests.proof import assert_books_are_right

GOODS = [(shelf, good) for shelf in SHELVES for good in shelf.goods]


@pytest.fixture
def trying_out(settings, tmp_path):
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["demo.hashing.Quick"]


def demo_shop() -> str:
    told = StringIO()
    call_command("demo_shop", stdout=told)
    return told.getvalue()


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture(params=["today", "Thursday"])
def day(request: pytest.FixtureRequest) -> Iterator[str]:
    """Now, or half past twelve on a given weekday: the demo must not depend on when it is made."""
    if request.param == "today":
        yield request.param
        return
    noon = timezone.localtime().replace(hour=12, minute=30)
    made = next(at for back in range(1, 8) if f"{(at := noon - timedelta(days=back)):%A}" == request.param)
    with time_machine.travel(made.timestamp()):
        yield request.param


@pytest.mark.django_db
def test_demo_shop_has_data_on_every_page_and_loads_once(trying_out, monkeypatch, day):
    monkeypatch.setattr(loading, "DAYS", 9)
    assert "Password:        demo-shop-2026" in demo_shop()
    assert_books_are_right()
    staff = dict(User.objects.values_list("username", "role"))
    assert staff == {"may": "manager", "ana": "cashier", "ben": "cashier", "ida": "cashier"}
    assert User.objects.get(username="ana").check_password(people.PASSWORD)
    assert Product.objects.exclude(image="").count() == len(GOODS)
    assert Stock.objects.filter(quantity__gt=0).count() > 70
    assert queries.running_low().exists() and queries.out_of_stock().exists()
    assert Member.objects.count() == 30
    assert Member.objects.filter(is_vip=True).count() == people.VIPS
    assert Bill.objects.dates("at", "day").count() >= 9
    assert Bill.objects.filter(vip_discount__gt=0).exists()
    assert set(PointsEntry.objects.values_list("kind", flat=True)) >= {"earned", "spent", "taken_back"}
    assert set(Payment.objects.values_list("method", flat=True)) == {"cash", "card"}
    moved = set(StockMovement.objects.values_list("kind", flat=True))
    assert moved == {"opening", "delivery", "count", "write_off", "sale", "refund"}
    assert StockMovement.objects.filter(kind="count", quantity__lt=0).exists()
    assert Bill.objects.filter(kind="refund").exists()
    assert Shift.objects.exclude(difference_reason="").count() == 0
    assert Bill.objects.latest("at").at <= clock.now()

    before = rows()
    assert "already" in demo_shop()
    assert rows() == before


@pytest.mark.django_db
def test_demo_shop_begins_with_the_tables_as_they_are_now(trying_out, monkeypatch):
    migrated = []
    monkeypatch.setattr(demo_command, "call_command", lambda name, **_options: migrated.append(name))
    monkeypatch.setattr(loading, "is_loaded", lambda: migrated == ["migrate"])
    assert "already" in demo_shop()


@pytest.mark.django_db
def test_demo_shop_is_refused_in_service(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only made where DEBUG is on"):
        demo_shop()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_demo_shop_is_refused_in_a_shop_with_products(trying_out, tea):
    with pytest.raises(CommandError, match="goods or bills of its own"):
        demo_shop()
    assert Product.objects.get() == tea


@pytest.mark.django_db
def test_interrupted_demo_shop_stays_as_it_is_and_says_so(trying_out, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(loading, "open_doors", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            demo_shop()
    assert "interrupted" in demo_shop()


def test_pictures_drawn_ahead_are_those_of_the_goods_in_their_order():
    with ahead.drawn() as drawn:
        first = list(islice(drawn, 4))
    assert first == [picture(good.drawn, good.colours, shelf.ground) for shelf, good in GOODS[:4]]
    assert not active_children()


@pytest.mark.parametrize(("shelf", "good"), GOODS, ids=lambda it: it.name)
def test_goods_are_worth_selling_and_have_a_picture(shelf, good):
    assert 0 < Decimal(good.cost) < Decimal(good.price)
    drawn = Image.open(BytesIO(picture(good.drawn, good.colours, shelf.ground)))
    assert (drawn.format, drawn.size) == ("WEBP", (400, 400))


def test_goods_have_names_and_codes_of_their_own():
    assert len({good.name for _, good in GOODS}) == len(GOODS)
    places = [(place, number) for place, shelf in enumerate(SHELVES, 1) for number, _ in enumerate(shelf.goods, 1)]
    codes = {in_house_code(place, number) for place, number in places}
    assert len(codes) == len(GOODS)
    assert all(ean.is_valid(code) and code.startswith("20") for code in codes)


def test_every_drawing_is_used():
    parts = {"label", "leaf", "blossom", "hexagon", "sprig"}
    assert {good.drawn for _, good in GOODS} == set(DRAWINGS) - parts
