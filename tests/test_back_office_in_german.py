"""Every name the back office shows is marked for translation and has a German text."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django
import pytest
from babel.messages import pofile
from babel.messages.catalog import Message
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.functional import Promise

from accounts.deeds import DEEDS
from accounts.models import ApprovalRule, User
from billing.drawer import shifts
from billing.models import Register
from inventory.models import Category, Product
from members.models import Member
from pos import message_catalog
from pos.models import StoreSettings
from tests.cast import proved_now
from tests.counter import sell

# Proper names, numbers and symbols: the same in every language.
SAME_EVERYWHERE = {"", "ID", "58 mm", "80 mm"}
# Django's admin has these texts too; ours are better and mean the same.
SAID_BETTER = {
    *("Action", "Breadcrumbs", "History", "active", "user", "users", "version", " By %(filter_title)s "),
    *("Save", "Save and add another", "Save and continue editing"),
}
MODELS = [model for room in message_catalog.ROOMS for model in apps.get_app_config(room).get_models()]
DESKS = sorted(admin.site._registry.values(), key=lambda desk: desk.opts.label)

A_DEED = re.compile(r"[a-z]+\.[a-z_]+|sign_in")
Said = Iterator[tuple[str, Any]]


@cache
def in_the_books() -> set[str]:
    ids = [message.id for message in message_catalog.read("de")]
    return {str(id_[0] if isinstance(id_, tuple) else id_) for id_ in ids}


def is_spoken(words: Any) -> bool:
    """True if the text is translated when shown, not at the start, and has a translation."""
    with translation.override("en"):
        english = str(words)
    if english in SAME_EVERYWHERE:
        return True
    with translation.override("de"):
        german = str(words)
    return isinstance(words, Promise) and (german != english or english in in_the_books())


def mute(said: Said) -> list[str]:
    return [f"{place}: {words!s}" for place, words in said if not is_spoken(words)]


def of_model(model: type[models.Model]) -> Said:
    opts = model._meta
    yield f"{opts.label}", opts.verbose_name
    yield f"{opts.label}, many", opts.verbose_name_plural
    for constraint in opts.constraints:
        if constraint.violation_error_message != constraint.default_violation_error_message:
            yield f"{opts.label} {constraint.name}", constraint.violation_error_message
    for field in opts.fields:
        if field.auto_created:
            continue
        place = f"{opts.label}.{field.name}"
        yield place, field.verbose_name
        yield f"{place}, help", field.help_text
        yield from ((f"{place} {value}", label) for value, label in field.choices or ())
        yield from ((f"{place}, refused", getattr(check, "message", "")) for check in field.validators)


def of_desk(desk: admin.ModelAdmin, request: HttpRequest) -> Said:
    place = type(desk).__name__
    yield f"{place}, search", desk.search_help_text or ""
    for column in desk.get_list_display(request):
        yield f"{place}, column {column}", name_of(column, desk)
    for entry in desk.get_list_filter(request):
        if isinstance(entry, type):
            yield f"{place}, filter", entry.title
            choices = entry(request, {}, desk.model, desk).lookup_choices
            yield from ((f"{place}, filter {value}", label) for value, label in choices)
    for _run, name, description in desk.get_actions(request).values():
        yield f"{place}, action {name}", description
    for thing in (None, desk.model()):
        yield from of_page(desk, request, thing)


def of_page(desk: admin.ModelAdmin, request: HttpRequest, thing: models.Model | None) -> Said:
    place = type(desk).__name__
    for title, _options in desk.get_fieldsets(request, thing):
        yield f"{place}, fieldset", title or ""
    for name in desk.get_readonly_fields(request, thing):
        yield f"{place}, read only {name}", name_of(name, desk)
    yield from of_form(desk.get_form(request, thing, change=bool(thing)), place)
    for inline in desk.get_inline_instances(request, thing):
        below = f"{place} {type(inline).__name__}"
        yield below, inline.verbose_name
        yield f"{below}, many", inline.verbose_name_plural
        for name in inline.get_readonly_fields(request, thing):
            yield f"{below} {name}", name_of(name, inline)


def of_form(form: type[BaseForm], place: str) -> Said:
    for name, field in form().fields.items():
        yield f"{place}, field {name}, help", field.help_text
        if not field.widget.is_hidden:
            yield f"{place}, field {name}", field.label


def name_of(column: Any, desk: Any) -> Any:
    if column == "__str__":
        return desk.model._meta.verbose_name
    shown = getattr(desk, column, None) if isinstance(column, str) else column
    if shown is not None:
        return getattr(shown, "short_description", column)
    return label_for_field(column, desk.model, desk)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_column_name_is_in_german(model: type[models.Model]) -> None:
    assert mute(of_model(model)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: type(desk).__name__)
def test_every_admin_label_is_in_german(desk: admin.ModelAdmin, may: User, rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = may
    assert mute(of_desk(desk, request)) == []


def test_app_names_and_site_titles_are_in_german() -> None:
    rooms = ((room, apps.get_app_config(room).verbose_name) for room in message_catalog.ROOMS)
    assert mute(rooms) == []
    assert mute(iter([("title", admin.site.site_title), ("index", admin.site.index_title)])) == []


def test_no_text_of_the_shop_replaces_one_of_the_admin() -> None:
    """Our texts are looked up before Django's: "Change" (the money) would appear on the admin's button."""
    said = {message.id: message.string for message in message_catalog.read("de") if message.id and not message.context}
    theirs = {message.id: message.string for message in of_django() if not message.context}
    assert {word for word, text in said.items() if theirs.get(word, text) != text} == SAID_BETTER


def of_django() -> Iterator[Message]:
    for path in (Path(django.__file__).parent / "contrib").glob("*/locale/de/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            yield from (message for message in pofile.read_po(file, locale="de") if message.id)


@pytest.mark.django_db
def test_figures_and_times_are_written_as_on_the_till(may: User, r1: Register, tea: Product) -> None:
    shifts.open_shift("R1", opening_float=Decimal("100"), by=may)
    bill = sell((tea, "2"), by=may, cash="50.00")
    browser = Client(headers={"Accept-Language": "de"})
    browser.force_login(may)
    listed = browser.get("/admin/billing/bill/").text
    assert (
        "25,00\xa0€" in listed and bill.at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%d.%m.%Y, %H:%M") in listed
    )
    opened = browser.get(f"/admin/billing/bill/{bill.pk}/change/").text
    assert "25,00\xa0€" in opened and "25,000" not in opened and "Bar</a>" in opened
    assert f"Bon {bill.number}" in browser.get("/admin/inventory/stockmovement/").text
    terms = browser.get(f"/admin/pos/storesettings/{StoreSettings.in_force().pk}/change/").text
    assert 'value="15"' in terms and "0.15" not in terms


def test_every_action_in_the_trail_has_a_german_text() -> None:
    rooms = [path for room in (*message_catalog.ROOMS, "demo") for path in (settings.BASE_DIR / room).rglob("*.py")]
    calls = [node for path in rooms for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    codes = {
        part.value
        for call in calls
        if ast.unparse(call.func).endswith(("trail.record", "_enter"))
        for part in ast.walk(call)
        if isinstance(part, ast.Constant) and A_DEED.fullmatch(str(part.value))
    }
    assert len(codes) > 30
    assert codes <= DEEDS.keys()
    assert mute(iter(DEEDS.items())) == []


@pytest.mark.django_db
def test_constraint_violations_are_explained_in_german(may: User, olga: Member) -> None:
    Category.objects.create(name="Tee")
    rule = ApprovalRule.objects.all_in_force()[0]
    browser = Client(headers={"Accept-Language": "de"})
    browser.force_login(may)
    proved_now(browser)
    twice = browser.post("/admin/inventory/category/add/", {"name": "tee", "position": "1"}).text
    assert "Diesen Namen gibt es schon: Warengruppe." in twice
    olgas = {"name": "Olga", "email": olga.email.upper(), "phone": "", "new_pin": "271828"}
    assert "hat schon diese E-Mail-Adresse" in browser.post("/admin/members/member/add/", olgas).text
    limits = browser.post(f"/admin/accounts/approvalrule/{rule.pk}/change/", {"allow_up_to": "9", "ask_up_to": "1"})
    assert "Mit Freigabe kann nicht weniger gehen als ohne." in limits.text
    for page in (twice, limits.text):
        assert "Bedingung" not in page
