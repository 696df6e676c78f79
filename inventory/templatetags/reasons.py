"""The reasons a field offers while one types."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from inventory.shelf import reasons

register = template.Library()


@register.simple_tag
def offered_reasons(name: str, *deeds: str) -> SafeString:
    """A datalist of this id, for an input with `list`."""
    options = format_html_join("", '<option value="{}"></option>', ((text,) for text in reasons.offered(*deeds)))
    return format_html('<datalist id="{}">{}</datalist>', name, options)
