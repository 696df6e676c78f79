"""The papers labels are printed on, in millimetres, as their makers give them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal as D
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

A4, LETTER = (D(210), D(297)), (D("215.9"), D("279.4"))
PRINTER_DOT = D("0.125")  # of a label printer with 203 dots per inch
MOST_PLACES = 100
KINDS = {"shelf": _("for the shelf: price large"), "goods": _("for the goods: barcode large")}


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of labels, or a roll with one label a page. `across` and `down` are the distances from one label's edge
    to the next one's; `dot` is what a bar is a multiple of, where the printer is that coarse."""

    slug: str
    name: str | Promise
    width: D
    height: D
    columns: int = 1
    rows: int = 1
    page: tuple[D, D] = (D(0), D(0))
    left: D = D(0)
    top: D = D(0)
    across: D = D(0)
    down: D = D(0)
    dot: D = D(0)

    @property
    def is_roll(self) -> bool:
        return self.columns * self.rows == 1

    @property
    def on_a_page(self) -> int:
        return self.columns * self.rows

    @property
    def measures(self) -> tuple[D, D]:
        return (self.width, self.height) if self.is_roll else self.page


def sheet(slug: str, name: Any, size: str, grid: str, corner: str, steps: str, page: tuple[D, D] = A4) -> Paper:
    """Pairs as "across x down": the size of a label, their numbers, the first one's corner, the steps to the next."""
    (width, height), (columns, rows), (left, top), (across, down) = map(pair, (size, grid, corner, steps))
    return Paper(slug, name, width, height, int(columns), int(rows), page, left, top, across, down)


def roll(size: str) -> Paper:
    width, height = pair(size)
    name = _("Roll %(width)s × %(height)s mm")
    return Paper(f"roll-{size}", Named(name, width, height), width, height, dot=PRINTER_DOT)  # type: ignore[arg-type]


def pair(text: str) -> tuple[D, D]:
    one, other = text.split("x")
    return D(one), D(other)


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its measures, said in the reader's language when it is shown."""

    words: Promise
    width: D
    height: D

    def __str__(self) -> str:
        return str(self.words) % {"width": f"{self.width:f}", "height": f"{self.height:f}"}


PAPERS = {
    paper.slug: paper
    for paper in (
        sheet("l7160", "Avery L7160, 21 × 63.5 × 38.1 mm", "63.5x38.1", "3x7", "7.25x15.15", "66.0x38.1"),
        sheet("l7159", "Avery L7159, 24 × 63.5 × 33.9 mm", "63.5x33.9", "3x8", "7.25x12.9", "66.0x33.9"),
        sheet("l7651", "Avery L7651, 65 × 38.1 × 21.2 mm", "38.1x21.2", "5x13", "4.75x10.7", "40.6x21.2"),
        sheet("3474", "Avery 3474, 24 × 70 × 37 mm", "70x37", "3x8", "0x0.5", "70x37"),
        sheet("3484", "Avery 3484, 16 × 105 × 37 mm", "105x37", "2x8", "0x0.5", "105x37"),
        sheet(
            "5160", "Avery 5160, 30 × 66.7 × 25.4 mm", "66.675x25.4", "3x10", "4.7625x12.7", "69.85x25.4", page=LETTER
        ),
        roll("57x32"),
        roll("40x30"),
        roll("50x25"),
        roll("62x29"),
        roll("100x50"),
    )
}
USUAL = "l7160"


def stylesheet(paper: Paper) -> str:
    """The measures as CSS: the page, and where each label stands on it."""
    width, height = paper.measures
    return "\n".join(
        [
            f"@page labels {{ margin: 0; size: {width:f}mm {height:f}mm; }}",
            "@media print { body:has(.labels) { page: labels; } }",
            f".labels__page {{ block-size: {height:f}mm; inline-size: {width:f}mm; }}",
            f".labels__label {{ block-size: {paper.height:f}mm; inline-size: {paper.width:f}mm; }}",
            *places(paper),
        ]
    )


def places(paper: Paper) -> Iterator[str]:
    for place in range(paper.on_a_page):
        row, column = divmod(place, paper.columns)
        left, top = paper.left + column * paper.across, paper.top + row * paper.down
        yield f".labels__label[data-place='{place + 1}'] {{ left: {left:f}mm; top: {top:f}mm; }}"
