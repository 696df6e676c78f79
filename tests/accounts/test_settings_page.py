"""The settings page: each setting shows since when it holds, and no manager overwrites another's change."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts import shop
from accounts.models import AuditEntry, User
from pos.errors import Stale
from pos.models import StoreSettings
from tests.at_once import outcomes_of

pytestmark = pytest.mark.django_db
PAGE = "/settings"
OFF = {"prices_include_tax", "require_pin_for_points", "badge_needs_pin"}


def form(**changes: str) -> dict[str, str]:
    """What the browser sends for the settings in force."""
    row = StoreSettings.in_force()
    sent: dict[str, Any] = {"seen_row": row.pk, "point_multiplier": "15", "vip_discount_rate": "15"}
    sent["cash_difference_limit"] = "5"
    for name in ("cutoff_hour", "idle_lock_minutes", "basket_days", "return_days"):
        sent[name] = getattr(row, name)
    texts = ("shop_name", "shop_address", "tax_number", "receipt_footer")
    for name in ("label_region", "receipt_width", "second_factor", *texts):
        sent[name] = getattr(row, name)
    for name in OFF:
        sent |= {name: "on"} if getattr(row, name) else {}
    return {name: str(value) for name, value in (sent | changes).items()}


def test_rate_is_typed_in_per_cent_and_adds_a_row(may_web: Client) -> None:
    first = StoreSettings.in_force()
    assert may_web.post(PAGE, form(vip_discount_rate="12,5")).status_code == 302
    row = StoreSettings.in_force()
    assert (row.pk > first.pk, str(row.vip_discount_rate), row.changed_by) == (True, "0.12500", "may")
    assert AuditEntry.objects.get(action="settings.changed").facts == {"vip_discount_rate": ["0.15000", "0.12500"]}


def test_page_shows_since_when_by_whom_and_the_value_before(may_web: Client, may: User) -> None:
    shop.change_settings(may, shop_name="Tea & More")
    page = may_web.get(PAGE).content.decode()
    assert re.search(r"<del>.*The Shop</del>.*Tea &amp; More</ins>", page, re.DOTALL)
    assert re.search(r"Since \d\d \w+ \d{4}, \d\d:\d\d, may", page)
    assert "None" not in page


def test_saving_unchanged_settings_adds_no_row(may_web: Client) -> None:
    rows = StoreSettings.objects.count()
    assert may_web.post(PAGE, form()).status_code == 302
    assert StoreSettings.objects.count() == rows


@pytest.mark.parametrize(
    "wrong",
    [
        {"vip_discount_rate": "120"},
        {"cutoff_hour": "24"},
        {"shop_name": ""},
        {"cash_difference_limit": "NaN"},
        {"point_multiplier": "much"},
        {"shop_name": "a\0b"},
        {"seen_row": "x"},
        {"basket_days": "9" * 40},
    ],
)
def test_invalid_settings_are_refused_in_words(may_web: Client, wrong: dict[str, str]) -> None:
    rows = StoreSettings.objects.count()
    answer = may_web.post(PAGE, form(**wrong))
    assert answer.status_code == 400
    assert "field__error" in answer.content.decode() or "notice--refused" in answer.content.decode()
    assert StoreSettings.objects.count() == rows


def test_cashier_sees_no_settings(ana_web: Client) -> None:
    assert ana_web.get(PAGE).status_code == 403
    assert ana_web.post(PAGE, form(shop_name="Mine")).status_code == 403


def test_change_by_another_manager_meanwhile_is_shown_and_kept(may_web: Client, may: User) -> None:
    stale = form(shop_name="May's", cutoff_hour="3")
    shop.change_settings(may, shop_name="Max's")
    answer = may_web.post(PAGE, stale)
    assert (answer.status_code, "Max&#x27;s" in answer.content.decode()) == (409, True)
    assert StoreSettings.in_force().shop_name == "Max's"


def test_sending_the_form_again_overwrites_only_what_was_typed(may_web: Client, may: User) -> None:
    stale = form(shop_name="May's")
    shop.change_settings(may, shop_name="Max's", cutoff_hour=4, prices_include_tax=False)
    page = may_web.post(PAGE, stale).content.decode()
    assert re.search(r'name="cutoff_hour" value="4"', page)
    assert re.search(r'name="shop_name" value="May&#x27;s"', page)
    assert not re.search(r'name="prices_include_tax"[^>]* checked', page)
    assert re.search(r'name="badge_needs_pin"[^>]* checked', page)
    assert f'name="seen_row" value="{StoreSettings.in_force().pk}"' in page


def test_another_setting_changed_meanwhile_stays(may_web: Client, may: User) -> None:
    stale = form(cutoff_hour="3")
    shop.change_settings(may, shop_name="Max's")
    assert may_web.post(PAGE, stale).status_code == 302
    row = StoreSettings.in_force()
    assert (row.shop_name, row.cutoff_hour) == ("Max's", 3)


@pytest.mark.django_db(transaction=True)
def test_setting_changed_at_once_is_stale_for_all_but_the_first(may: User) -> None:
    seen = StoreSettings.in_force()
    names = ["North", "South", "East", "West"]
    deeds = [lambda name=name: shop.change_settings(may, seen=seen, shop_name=name) for name in names]
    assert outcomes_of(*deeds) == ["done", *[Stale.code] * 3]
    entry = AuditEntry.objects.get(action="settings.changed")
    assert entry.facts == {"shop_name": ["The Shop", StoreSettings.in_force().shop_name]}
