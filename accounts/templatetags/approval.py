"""What an approval's pages say about the deed in question."""

from typing import Any

from django import template
from django.http import QueryDict

from accounts.approving import to_send_again
from accounts.models import Action

register = template.Library()


@register.filter
def sent_again(form: QueryDict) -> list[tuple[str, str]]:
    return to_send_again(form)


@register.filter
def action_name(action: str) -> str:
    return Action(action).spoken


@register.filter
def fact(value: Any) -> str:
    """A fact as a line of text: lists joined, nested values side by side."""
    if isinstance(value, list):
        return ", ".join(fact(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {fact(item)}" for name, item in value.items())
    return "" if value is None else str(value)
