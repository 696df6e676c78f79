"""The field in the back office for trying a label."""

import pytest
from biip.checksums import gs1_price_weight_check_digit
from django.test import Client

from billing.models import LabelKind, LabelPattern
from inventory.models import Product
from pos.models import StoreSettings
from tests.billing.test_labels import label

TRY = "/admin/billing/labelpattern/try/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("2112345003504", ["Cheese", "0.35 kg", "scale", "12345", "right"]),
        ("2112345003505", ["check digit is wrong", "would be 4."]),
        ("2312345005991", ["Cheese", "5.99", "0.3"]),
        (label("231234500000"), ["Cheese", "<td>1</td>"]),
        ("2254321003501", ["No active pattern reads codes that begin like this."]),
        ("2154321003504", ["No product has one of the codes", "54321"]),
        ("4006381333931", ["begins with 20 to 29"]),
        ("21123450035", ["has 13 digits"]),
        ("<b>\0&quot;", ["has 13 digits"]),
    ],
)
def test_manager_tries_a_label(may_web: Client, cheese: Product, code: str, said: list[str]) -> None:
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    LabelPattern.objects.create(name="counter", prefix="23", kind=LabelKind.PRICE, decimals=2)
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    answer = may_web.get(TRY, {"code": code})
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in said:
        assert words in page
    assert "<b>" not in page
    assert TRY in may_web.get("/admin/billing/labelpattern/").content.decode()


@pytest.mark.django_db
def test_manager_tries_a_label_of_the_country(may_web: Client, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(sku="1234")
    StoreSettings.change(by="may", label_region="de")
    code = label("251234" + str(gs1_price_weight_check_digit("00012")) + "00012")
    page = may_web.get(TRY, {"code": code}).content.decode()
    for words in ("Green tea", "the rules of the shop", "<td>12</td>", "1234"):
        assert words in page


@pytest.mark.django_db
def test_cashier_may_not_try_labels(ana_web: Client) -> None:
    assert ana_web.get(TRY, {"code": "2112345003504"}).status_code == 403
