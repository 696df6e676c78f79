"""Tenders in the back office."""

import pytest
from django.contrib.admin import ModelAdmin
from django.test import Client

from billing.admin import TenderAdmin
from billing.models import Tender
from pos.api.errors import CHECK
from pos.back_office.rows import SAID_BY_DATABASE

pytestmark = pytest.mark.django_db
EXCHANGE = "/admin/billing/tender/exchange/change/"
FORM = {"name": "Swap", "position": "99", "is_active": "on"}


def test_manager_renames_a_tender(may_web: Client) -> None:
    assert may_web.post("/admin/billing/tender/card/change/", FORM).status_code == 302
    assert Tender.objects.get(pk="card").name == "Swap"


def test_exchange_tender_cannot_be_switched_on(may_web: Client) -> None:
    assert 'name="is_active"' not in may_web.get(EXCHANGE).content.decode()
    assert may_web.post(EXCHANGE, FORM).status_code == 302
    assert not Tender.objects.get(pk="exchange").is_active


def test_refusal_by_the_database_is_shown_in_the_form(may_web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TenderAdmin, "get_readonly_fields", lambda *_: ("code", "kind"))
    said = may_web.post(EXCHANGE, FORM).content.decode()
    assert "Nobody pays with the tender for exchanges" in said
    monkeypatch.setattr(TenderAdmin, "save_model", ModelAdmin.save_model)
    page = may_web.post(EXCHANGE, FORM)
    assert page.status_code == 200
    assert str(SAID_BY_DATABASE[CHECK].message) in page.content.decode().replace("&#x27;", "'")
    assert not Tender.objects.get(pk="exchange").is_active


def test_address_with_a_null_byte_is_no_server_error(may_web: Client) -> None:
    for what in ("change", "history", "delete"):
        assert may_web.get(f"/admin/billing/tender/gift_%00Fcard/{what}/").status_code in (302, 400, 403, 404)
