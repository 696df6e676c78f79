"""What an approval's pages say about the deed in question."""

from decimal import Decimal
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.approving import to_send_again
from accounts.models import Action
from pos.bounds import DEEPEST_STORED
from pos.templatetags.money import quantity

register = template.Library()
FACTS = {
    "amount": _("amount"),
    "back": _("goes back"),
    "basket": _("basket"),
    "bill": _("bill"),
    "bought": _("bought"),
    "copy": _("copy"),
    "counted": _("counted"),
    "discount_amount": _("discount, amount"),
    "discount_percent": _("discount, per cent"),
    "goods": _("goods"),
    "kind": _("kind"),
    "line": _("line"),
    "lines": _("lines"),
    "list_price": _("list price"),
    "member": _("member"),
    "name": _("name"),
    "percent": _("per cent"),
    "product": _("product"),
    "quantity": _("quantity"),
    "reason": _("reason"),
    "register": _("till"),
    "removed": _("removed"),
    "sale": _("sale"),
    "shift": _("shift"),
    "total": _("total"),
    "unit_price": _("price"),
    "version": _("version"),
    "weight": _("weight"),
}


@register.filter
def sent_again(form: QueryDict) -> list[tuple[str, str]]:
    return to_send_again(form)


@register.filter
def action_name(action: str) -> str:
    return Action(action).spoken


@register.filter
def fact_name(name: str) -> str:
    return str(FACTS.get(name, name))


@register.filter
def pairs(facts: Any) -> list[tuple[str, Any]]:
    """Each fact by its name; `facts.items` would be the fact of this name."""
    return list(facts.items()) if isinstance(facts, dict) else []


@register.filter
def fact(value: Any, left: int = DEEPEST_STORED) -> str:
    """A fact as a line of text: lists joined, nested values side by side, as deep as facts may be."""
    if isinstance(value, dict | list) and not left:
        return "…"
    if isinstance(value, list):
        return ", ".join(fact(item, left - 1) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{fact_name(name)} {fact(item, left - 1)}" for name, item in value.items())
    if isinstance(value, Decimal):
        return quantity(value)
    return "" if value is None else str(value)
