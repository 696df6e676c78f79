"""Numbers as people type them, and how they are read."""

from decimal import Decimal as D

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from django.utils import translation

from accounts.models import User
from inventory.models import Product, TaxRate
from pos.amounts import AmountField, PercentField, Unclear, read
from pos.models import StoreSettings
from tests.inventory.test_admin import form_of

READ_AS = {
    "6,90": "6.90",
    "6.90": "6.90",
    " 12 ": "12",
    "1.234,56": "1234.56",
    "1,234.56": "1234.56",
    "1.234.567": "1234567",
    "12,345,678.9": "12345678.9",
    "0,125": "0.125",
    ",5": "0.5",
    "-3,5": "-3.5",
}
NO_FIGURES = ["", ".", "1e5", "NaN", "Infinity", "١٢", "1 000", "1.2.3,4", "1,23,456", "0x10", "--1", "9" * 40]


@pytest.mark.parametrize(("written", "meant"), READ_AS.items())
def test_comma_and_point_mean_the_same(written: str, meant: str) -> None:
    assert read(written, 2) == D(meant)


@pytest.mark.parametrize("written", NO_FIGURES)
def test_text_that_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        AmountField().clean(written)


def test_one_mark_before_three_digits_is_valid_for_weights_only() -> None:
    assert read("1,234", 3) == D("1.234")
    with pytest.raises(Unclear):
        read("1,234", 2)
    with pytest.raises(ValidationError) as refused:
        AmountField(marks=lambda: 2).clean("1.234")
    assert refused.value.messages == ["1.234 may mean two things: write 1234 or 1.2340."]


def test_rate_is_typed_and_read_in_per_cent() -> None:
    field = PercentField()
    assert field.clean("7,5") == D("0.075")
    assert field.prepare_value(D("0.15000")) == "15"
    with translation.override("de"):
        assert field.prepare_value(D("0.075")) == "7,5"
    with pytest.raises(ValidationError):
        field.clean("101")


def decimal_fields() -> list[tuple[str, models.Field]]:
    return [
        (f"{model._meta.label}.{field.name}", field)
        for model in admin.site._registry
        for field in model._meta.fields
        if isinstance(field, models.DecimalField)
    ]


@pytest.mark.parametrize(("name", "field"), decimal_fields(), ids=lambda found: found if isinstance(found, str) else "")
def test_every_number_field_of_the_back_office_accepts_both(name: str, field: models.Field) -> None:
    made = field.formfield()
    assert isinstance(made, AmountField)
    assert type(made.widget) is forms.TextInput


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_price_with_a_comma_is_saved_as_it_was_meant(client: Client, may: User, tea: Product, language: str) -> None:
    client.force_login(may)
    client.cookies["django_language"] = language
    client.post(f"/admin/inventory/product/{tea.pk}/change/", {**form_of(client, tea), "price": "6,90"})
    tea.refresh_from_db()
    assert tea.price == D("6.90")


@pytest.mark.django_db
def test_tax_and_settings_show_per_cent(client: Client, may: User) -> None:
    client.force_login(may)
    rate = TaxRate.objects.create(name="Food", rate=D("0.07"))
    assert 'value="7"' in client.get(f"/admin/inventory/taxrate/{rate.pk}/change/").text
    now = StoreSettings.in_force()
    assert 'value="15"' in client.get(f"/admin/pos/storesettings/{now.pk}/change/").text
