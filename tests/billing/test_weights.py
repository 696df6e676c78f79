"""Weights typed by hand: allowed by default, limited by approval rules."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.approvals import limits
from accounts.models import Action, Approval, User
from billing.models import Basket, LabelKind, LabelPattern, Shift
from inventory.models import Barcode, Product
from tests.cast import TILL_PIN

BY_MAY = {"approver": "may", "approver_pin": TILL_PIN}


@pytest.fixture
def till(shift: Shift, ana_web: Client, cheese: Product) -> Client:
    ana_web.post("/shift/join", {"register": "R1"})
    Barcode.objects.bulk_create(Barcode(product=cheese, code=code) for code in ("2112345000008", "CHEESE"))
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    return ana_web


@pytest.fixture
def labels_only(may: User) -> None:
    limits.change("cashier", Action.WEIGHT_BY_HAND, allow_up_to=D(0), ask_up_to=D(2), by=may)


def post(till: Client, deed: str, **asked: Any) -> int:
    basket = till.get("/till")["Location"]
    found = Basket.objects.get(pk=int(basket.rpartition("/")[2]))
    return till.post(f"{basket}/{deed}", {"version": found.version, **asked}).status_code


def weights() -> list[D]:
    lines = Basket.objects.latest("pk").lines.filter(removed_at=None)
    return list(lines.values_list("quantity", flat=True))


def test_weights_may_be_typed_unless_a_rule_limits_it(till: Client, cheese: Product) -> None:
    assert post(till, f"add/{cheese.pk}") == 302
    assert weights() == [None]
    line = Basket.objects.get().lines.get()
    assert post(till, f"lines/{line.pk}", quantity="0.350") == 302
    assert weights() == [D("0.350")]


@pytest.mark.usefixtures("labels_only")
def test_typed_weight_needs_a_manager_wherever_it_is_typed(till: Client, cheese: Product) -> None:
    assert post(till, f"add/{cheese.pk}") == 302
    waiting = Basket.objects.get().lines.get()
    assert post(till, f"lines/{waiting.pk}", quantity="0.350") == 409
    assert post(till, f"lines/{waiting.pk}/remove") == 302
    assert post(till, "scan", code="0.350*CHEESE") == 409
    assert weights() == []
    assert post(till, "scan", code="0.350*CHEESE", **BY_MAY) == 302
    line = Basket.objects.get().lines.get(removed_at=None)
    assert post(till, f"lines/{line.pk}", quantity="0.100") == 409
    assert post(till, f"lines/{line.pk}", by="1") == 409
    assert weights() == [D("0.350")]
    assert post(till, f"lines/{line.pk}", quantity="0.400", **BY_MAY) == 302
    assert weights() == [D("0.400")]
    used = Approval.objects.filter(deed="used").order_by("pk").values_list("action", "size", "approver__username")
    assert list(used) == [("weight_by_hand", D("0.350"), "may"), ("weight_by_hand", D("0.400"), "may")]


@pytest.mark.usefixtures("labels_only")
def test_weight_beyond_the_approval_limit_is_denied_and_recorded(till: Client, cheese: Product) -> None:
    assert post(till, "scan", code="2.001*CHEESE", **BY_MAY) == 403
    assert Approval.objects.get(deed="denied").size == D("2.001")
    assert weights() == []


@pytest.mark.usefixtures("labels_only")
def test_weight_label_and_goods_by_the_piece_need_no_approval(till: Client, milk: Product) -> None:
    assert post(till, "scan", code="2112345003504") == 302
    assert post(till, "scan", code="5*4011800525224") == 302
    assert weights() == [D("0.350"), D(5)]


def test_limit_set_by_a_manager_takes_effect_at_once(till: Client, cheese: Product, may: User) -> None:
    for allowed, status in ((D(1), 302), (D("0.999"), 409), (None, 302)):
        limits.change("cashier", Action.WEIGHT_BY_HAND, allow_up_to=allowed, ask_up_to=None, by=may)
        assert post(till, "scan", code="1*CHEESE") == status
