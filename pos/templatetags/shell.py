"""The frame every page shares: links that know where the reader is, icons of the one sprite."""

from functools import cache
from itertools import groupby
from typing import Any
from uuid import uuid4

import segno
from barcode import Code128
from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pos import cards

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def page_key() -> SafeString:
    """The key of a form that moves or makes something: sent twice, it does so once."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid4())


@register.simple_tag
def qr(text: str) -> SafeString:
    """The text as a QR code, one black square by the other."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="qr" role="img" aria-label="{0}" viewBox="0 0 {1} {1}"><path d="{2}"/></svg>',
        gettext("QR code of %(text)s") % {"text": text},
        len(rows),
        dots,
    )


@register.simple_tag
def bars(code: str) -> SafeString:
    """The letters and figures of a code as Code 128, a quiet zone of ten modules on either side."""
    (modules,) = Code128("".join(filter(str.isalnum, code))).build()
    runs, x = [], 0
    for is_dark, run in groupby(modules, "1".__eq__):
        wide = len(list(run))
        runs += [f"M{x} 0h{wide}v1h-{wide}z"] if is_dark else []
        x += wide
    return format_html(
        '<svg class="bars-code" role="img" aria-label="{}" viewBox="-10 0 {} 1" preserveAspectRatio="none">'
        '<path d="{}"/></svg>',
        gettext("Barcode of %(text)s") % {"text": code},
        x + 20,
        "".join(runs),
    )


@register.simple_tag(takes_context=True)
def typed(context: Context, door: str, field: str, otherwise: str = "", **beside: str) -> str:
    """What was typed into the form of this door, while it is refused. Of a repeated field, the one `beside` another."""
    request, refusal = context["request"], context.get("refusal")
    if not refusal or request.resolver_match.url_name != door:
        return otherwise
    values = request.POST.getlist(field)
    for name, value in beside.items():
        others = request.POST.getlist(name)
        if value not in others:
            return otherwise
        if len(others) > 1:
            values = values[others.index(value) :][:1]
    return values[-1] if values and not cards.is_like_one(values[-1]) else otherwise


@register.inclusion_tag("_nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str, picture: str, count: int | None = None) -> dict[str, Any]:
    """A room of the shop, and how many wait there; a room that is not built in leaves no door in the bar."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return {}
    path = context["request"].path
    is_here = path == href or path.startswith(f"{href}/")
    return {"href": href, "label": label, "picture": picture, "is_here": is_here, "count": count}
