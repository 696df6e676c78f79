"""The reasons a new shop begins with, in its own language."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

FIRST = {
    "write_off": [
        ("damaged", gettext_noop("Damaged")),
        ("expired", gettext_noop("Past its date")),
        ("theft", gettext_noop("Theft")),
        ("own-use", gettext_noop("Own use")),
        ("sample", gettext_noop("Sample or tasting")),
    ],
    "refund": [
        ("did-not-fit", gettext_noop("Did not fit")),
        ("faulty", gettext_noop("Faulty")),
        ("wrong-item", gettext_noop("Wrong item")),
        ("changed-mind", gettext_noop("Changed their mind")),
        ("mistake", gettext_noop("Rung up by mistake")),
    ],
    "pay_in": [
        ("change", gettext_noop("Change from the bank")),
        ("float", gettext_noop("Float topped up")),
    ],
    "pay_out": [
        ("supplier", gettext_noop("Supplier paid in cash")),
        ("supplies", gettext_noop("Supplies")),
        ("postage", gettext_noop("Postage")),
    ],
    "price": [
        ("damaged-box", gettext_noop("Damaged box")),
        ("short-dated", gettext_noop("Close to its date")),
        ("price-match", gettext_noop("Price of a competitor")),
    ],
}


def first_reasons(apps: Any, schema_editor: Any) -> None:
    """For a migration."""
    reason = apps.get_model("inventory", "Reason")
    with translation.override(settings.LANGUAGE_CODE):
        reason.objects.bulk_create(
            reason(deed=deed, code=code, text=gettext(text), position=position)
            for deed, offered in FIRST.items()
            for position, (code, text) in enumerate(offered, 1)
        )
