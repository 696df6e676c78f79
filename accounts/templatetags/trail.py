"""Words for the pages of the trail."""

from django import template

from accounts import deeds

register = template.Library()
register.filter("deed_name", deeds.spoken)


@register.filter
def plain_id(key: int) -> str:
    """A row's key for an address, in digits alone whatever the language."""
    return str(key)
