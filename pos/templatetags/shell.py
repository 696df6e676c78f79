"""Template tags of the page frame: navigation links, icons, form keys, barcodes."""

from functools import cache, lru_cache
from itertools import groupby
from typing import Any
from uuid import uuid4

import segno
from barcode import Code128
from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from pos import cards

register = template.Library()
QUIET = 4  # modules around a QR code


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
    """A hidden key for a form that moves or creates something: if sent twice, it is done once."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid4())


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """The text as a QR code in SVG; with a label where the text is a secret. Every reader knows all eight masks; trying
    them all takes most of the CPU."""
    rows = segno.make(text, error="m", micro=False, mask=2).matrix
    dots = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows, QUIET) for x, dark in enumerate(row, QUIET) if dark
    )
    return format_html(
        '<svg class="qr" role="img" aria-label="{0}" viewBox="0 0 {1} {1}"><path d="{2}"/></svg>',
        label or gettext("QR code of %(text)s") % {"text": text},
        len(rows) + 2 * QUIET,
        dots,
    )


@register.simple_tag
def bars(code: str) -> SafeString:
    """The text as a Code 128 barcode in SVG, with a quiet zone of ten modules on either side."""
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
    """What was typed into a field of this form, when the form was refused. For a repeated field, the value that belongs
    to the given value of another field."""
    request, refusal = context.get("request"), context.get("refusal")
    if not refusal or not request or request.resolver_match.url_name != door:
        return otherwise
    values = request.POST.getlist(field)
    for name, value in beside.items():
        others = request.POST.getlist(name)
        if value not in others:
            return otherwise
        if len(others) > 1:
            values = values[others.index(value) :][:1]
    return values[-1] if values and not cards.is_like_one(values[-1]) else otherwise


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context, name: str, label: str, picture: str, count: int | None = None, waits: int = 0
) -> SafeString:
    """A link of the navigation bar; empty if the page is not installed. `count` is of open approvals, which pages
    refresh; `waits` is of anything else."""
    facts = place(context, name, str(label), picture, count, waits)
    return drawn_link(get_language(), **facts) if facts else SafeString()


@lru_cache(maxsize=500)
def drawn_link(language: str | None, **facts: Any) -> SafeString:
    return render_to_string("_nav_link.html", facts)


def place(
    context: Context, name: str, label: str, picture: str, count: int | None = None, waits: int = 0
) -> dict[str, Any]:
    """What `_nav_link.html` shows. `here` is the address of a page that answers a request to another one."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return {}
    path = context.get("here") or context["request"].path
    is_here = path == href or path.startswith(f"{href}/")
    return {"href": href, "label": label, "picture": picture, "is_here": is_here, "count": count, "waits": waits}
