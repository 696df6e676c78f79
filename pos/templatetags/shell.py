"""The frame every page shares: links that know where the reader is, icons of the one sprite."""

from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.inclusion_tag("_nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str, picture: str) -> dict[str, Any]:
    """A room of the shop; a room that is not built in leaves no door in the bar."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return {}
    path = context["request"].path
    return {"href": href, "label": label, "picture": picture, "is_here": path == href or path.startswith(f"{href}/")}
