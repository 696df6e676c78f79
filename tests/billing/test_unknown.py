"""Unknown codes, from the scan until they belong to a product."""

from django.test import Client

from accounts.models import User
from billing.basket import baskets
from billing.codes import unknown_codes
from billing.models import LabelPattern, Shift, UnknownScan
from inventory.models import Product


def test_unknown_code_is_recorded_assigned_to_a_product_and_sold_at_the_next_scan(
    shift: Shift, tea: Product, ana: User, ana_web: Client, may_web: Client
) -> None:
    basket = baskets.start(shift.register, ana)
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    for _ in range(2):
        assert ana_web.post(f"/till/{basket.pk}/scan", {"code": "5000112637922"}).status_code == 409
    scan = UnknownScan.objects.get()
    assert (scan.code, scan.times, unknown_codes.at_till(shift.register)) == ("5000112637922", 2, ["5000112637922"])
    assert may_web.get("/codes").status_code == may_web.get("/baskets").status_code == 200
    assert ana_web.post(f"/codes/{scan.pk}/attach", {"product": tea.sku}).status_code == 403
    assert may_web.post(f"/codes/{scan.pk}/attach", {"product": "no such thing"}).status_code == 400
    assert may_web.post(f"/codes/{scan.pk}/attach", {"product": tea.sku}).status_code == 302
    assert may_web.post(f"/codes/{scan.pk}/dismiss").status_code == 409
    ana_web.post(f"/till/{basket.pk}/scan", {"code": "5000112637922"})
    line = basket.lines.get()
    assert line.product_id == tea.pk
    assert ana_web.get(f"/till/{basket.pk}/lines/{line.pk}/sheet").status_code == 200


def test_ambiguous_pattern_is_refused_in_the_back_office(may_web: Client) -> None:
    LabelPattern.objects.create(name="scale", prefix="21", kind="weight")
    asked = {"name": "other", "prefix": "21", "kind": "price", "item_digits": 5, "value_digits": 5, "decimals": 2}
    answer = may_web.post("/admin/billing/labelpattern/add/", {**asked, "is_active": "on"})
    assert b"already reads" in answer.content
    assert LabelPattern.objects.count() == 1
