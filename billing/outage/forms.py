"""Checks the form of a sale that a till stored during an outage."""

import re
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from billing.order import MOST_LINES
from billing.outage.rung_up import RungUp
from inventory.models import OLDEST
from pos.api.fields import IdField, MomentField, MoneyField, QuantityField, StrictSerializer, TextField
from pos.errors import Invalid
from pos.money import quantity_text, text

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class RungUpLine(StrictSerializer):
    product = IdField()
    name = TextField(max_length=200)
    quantity = QuantityField(min_value="0.001")
    price = MoneyField(min_value=0)


class RungUpSale(StrictSerializer):
    key = serializers.UUIDField()
    number = TextField(max_length=30)
    register = TextField(max_length=10)
    by = TextField(max_length=150, allow_blank=True)
    at = MomentField()
    lines = RungUpLine(many=True, allow_empty=False, max_length=MOST_LINES)
    total = MoneyField(min_value=0)
    cash = MoneyField(min_value=0)
    age_checked = serializers.IntegerField(min_value=0, max_value=OLDEST, required=False)


def rung_up(data: Any) -> RungUp:
    """The sale with all its numbers in one spelling. Raises Invalid with the first fault."""
    asked = RungUpSale(data=data)
    if not asked.is_valid():
        raise Invalid(
            "sale", _("This is no sale: %(faults)s.") % {"faults": ", ".join(asked.errors) or "not an object"}
        )
    values = asked.validated_data
    if not EARLIEST < values["at"] < LATEST:
        raise Invalid("at", _("The till's clock is wrong."))
    if not re.fullmatch(rf"{re.escape(values['register'])}-P[0-9]{{0,6}}-[0-9]{{4,9}}", values["number"]):
        raise Invalid("number", _("This is no provisional number of this register."))
    lines = [
        {**line, "quantity": quantity_text(line["quantity"]), "price": text(line["price"])} for line in values["lines"]
    ]
    plain = {name: values[name] for name in ("number", "register", "by")}
    figures = {
        "at": values["at"].astimezone(UTC).isoformat(),
        "total": text(values["total"]),
        "cash": text(values["cash"]),
    }
    age = {"age_checked": values["age_checked"]} if values.get("age_checked") else {}
    return RungUp(values["key"], plain | figures | age | {"lines": lines})
