"""Labels as one HTML file that any browser prints: it holds its own styles and asks the shop for nothing."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext

from inventory.labels import papers, wanted
from inventory.labels.papers import Paper
from pos.web import context
from pos.web.language import of_the_shop

STYLES = ("reset", "tokens", "base", "screens/labels", "print")  # in the order of shop.css


def written(counts: wanted.Counts, paper: Paper, kind: str, first: int = 1) -> str:
    """The sheets that the page prints, in the shop's language. Refuses products the shop does not have."""
    counts = wanted.known(wanted.checked(counts))
    facts = {"pages": wanted.pages(counts, paper, first), "kind": kind, **context.language()}
    with of_the_shop():
        sheets = render_to_string("inventory/labels/_sheets.html", facts)
        title = escape(gettext("Labels"))
    return (
        f'<!doctype html>\n<html lang="{facts["shop_language"]}" dir="{facts["shop_direction"]}">'
        f'<head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{styles()}\n{papers.stylesheet(paper)}</style></head>"
        f"<body>{sheets}</body></html>\n"
    )


@cache
def styles() -> str:
    return "\n".join(Path(str(finders.find(f"css/{name}.css"))).read_text() for name in STYLES)
