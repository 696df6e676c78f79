"""The shop's reasons: offered where an action needs one, stored as text."""

import pytest
from django.test import Client

from accounts.models import AuditEntry
from billing.models import Shift
from inventory.models import Product, Reason, StockMovement
from inventory.shelf import reasons

pytestmark = pytest.mark.django_db


def test_new_shop_has_reasons_in_the_order_of_its_list() -> None:
    assert reasons.offered("write_off") == ["Damaged", "Past its date", "Theft", "Own use", "Sample or tasting"]
    Reason.objects.filter(code="theft").update(is_active=False)
    assert "Theft" not in reasons.offered("write_off")


def test_pages_offer_the_reasons_of_their_action(ana_web: Client, may_web: Client, shift: Shift, tea: Product) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    drawer = ana_web.get("/shift").content.decode()
    assert "Supplier paid in cash" in drawer
    assert "Float topped up" in drawer
    assert "Rung up by mistake" in ana_web.get("/refunds/without-receipt").content.decode()
    assert "Past its date" in may_web.get(f"/admin/inventory/product/{tea.pk}/stock/").content.decode()


def test_program_names_a_reason_by_code_and_its_text_is_stored(may_api: Client, tea: Product) -> None:
    path = f"/api/v1/products/{tea.pk}/stock"
    body = {"kind": "write_off", "quantity": "1", "reason_code": "damaged", "reason": "fell down"}
    assert may_api.post(path, body, content_type="application/json").status_code == 201
    Reason.objects.filter(code="damaged").update(text="Broken")
    assert StockMovement.objects.get(kind="write_off").reason == "Damaged: fell down"
    unknown = may_api.post(path, {**body, "reason_code": "moths"}, content_type="application/json")
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "reason_code")


def test_manager_edits_the_list_of_reasons(may_web: Client, ana_web: Client) -> None:
    form = {"deed": "write_off", "code": "moths", "text": "Moths", "is_active": "on", "position": "9"}
    assert may_web.post("/admin/inventory/reason/add/", form).status_code == 302
    assert reasons.offered("write_off")[-1] == "Moths"
    assert AuditEntry.objects.get(action="reason.created").subject == "Moths"
    assert may_web.post("/admin/inventory/reason/add/", form).status_code == 200
    assert Reason.objects.filter(code="moths").count() == 1
