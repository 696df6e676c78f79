"""Gifts: candles, mugs, cards, soap."""

from demo.drawing import Sketch, arc, box, darker, lighter, oval, path, turned
from demo.pictures.garden import blossom

PAPER = "#fbf6ea"


def candle(on: Sketch, wax: str, glass: str) -> None:
    on.shadow(width=44)
    on.fill(oval(100, 46, 26), "#fdf1cf")
    on.solid(box(62, 84, 76, 82, 10), glass)
    on.solid(box(68, 96, 64, 64, 6), wax, 5)
    on.fill(oval(100, 96, 32, 6), lighter(wax, 0.35))
    on.line([(100, 96), (100, 74)], "#3b2c2c", 3)
    on.fill(path("M100 26 Q118 54 100 72 Q82 54 100 26"), "#f4a63a")
    on.fill(path("M100 46 Q109 60 100 70 Q91 60 100 46"), "#fde7a2")
    on.fill(box(78, 114, 44, 26, 3), PAPER)
    on.line([(86, 124), (114, 124)], darker(PAPER, 0.4), 1.6)
    on.line([(92, 131), (108, 131)], darker(PAPER, 0.4), 1.6)


def mug(on: Sketch, glaze: str, accent: str) -> None:
    on.shadow(96, 162, 50)
    on.line(arc(140, 112, 22, 25, -80, 80), darker(glaze, 0.16), 10)
    body = path("M46 70 L142 70 L138 150 Q137 162 126 162 L62 162 Q51 162 50 150 Z")
    on.solid(body, glaze, 8)
    on.fill(oval(94, 70, 48, 9), darker(glaze, 0.28))
    on.fill(oval(94, 72, 42, 6), "#6b4430")
    for x in (68, 94, 120):
        on.fill(path(f"M{x} 98 Q{x + 12} 110 {x} 132 Q{x - 12} 110 {x} 98"), accent, within=body)
        on.line([(x, 106), (x, 138)], darker(accent, 0.2), 1.4)


def card(on: Sketch, paper: str, accent: str) -> None:
    on.shadow(y=166, width=58)
    on.fill(turned(box(72, 44, 84, 116, 3), 9, (100, 104)), lighter(accent, 0.35))
    on.solid(turned(box(52, 42, 86, 118, 3), -5, (100, 104)), paper, 4)
    for x, y in ((82, 88), (110, 78), (102, 112)):
        on.line([(x, y), (98, 144)], "#5d9b4c", 3)
    for x, y in ((82, 88), (110, 78), (102, 110)):
        blossom(on, x, y, accent)


def towel(on: Sketch, cloth: str, stripe: str) -> None:
    on.shadow(y=156, width=62)
    for at, y in enumerate((128, 100, 72)):
        on.solid(box(40 + at * 3, y, 120 - at * 6, 28, 10), cloth if at % 2 == 0 else lighter(cloth, 0.25), 5)
        for x in (66, 76, 118):
            on.fill(box(x, y, 5, 28), stripe)
    on.line([(46, 128), (154, 128)], darker(cloth, 0.2), 1.4)
    on.line([(46, 100), (154, 100)], darker(cloth, 0.2), 1.4)


def tote(on: Sketch, cloth: str, print_: str) -> None:
    on.shadow(width=48)
    for x in (74, 90):
        on.line(path(f"M{x} 82 C{x} 22 {x + 36} 22 {x + 36} 82"), darker(cloth, 0.2 if x == 90 else 0.08), 6)
    on.solid(path("M54 76 L146 76 L142 160 Q141 166 135 166 L65 166 Q59 166 58 160 Z"), cloth, 7)
    on.fill(path("M100 90 Q134 100 100 146 Q66 100 100 90"), print_)
    on.line([(100, 104), (100, 154)], darker(print_, 0.25), 2.4)
    for y in (112, 124):
        on.line([(88, y - 8), (100, y), (112, y - 8)], darker(print_, 0.25), 1.8)


def soap(on: Sketch, bar: str, band: str) -> None:
    on.shadow(y=148, width=64)
    on.solid(box(36, 84, 128, 62, 22), bar, 9)
    on.fill(box(76, 82, 48, 66, 2), band)
    on.fill(path("M100 96 Q114 104 100 126 Q86 104 100 96"), darker(bar, 0.2))
    for x, y, r in ((58, 62, 9), (76, 50, 6), (140, 60, 11), (124, 46, 5), (96, 64, 5)):
        on.fill(oval(x, y, r), lighter(bar, 0.7))
        on.fill(oval(x - r * 0.3, y - r * 0.3, r * 0.3), "#ffffff")


def vase(on: Sketch, glaze: str, flower: str) -> None:
    on.shadow(width=40)
    for x, y in ((78, 46), (124, 42), (102, 32)):
        on.line([(x, y), (100, 96)], "#5d9b4c", 3.4)
        blossom(on, x, y, flower)
    on.solid(
        path("M84 84 L116 84 Q114 98 124 106 C146 122 142 166 116 166 L84 166 C58 166 54 122 76 106 Q86 98 84 84 Z"),
        glaze,
        8,
    )
    on.fill(
        box(50, 126, 100, 8),
        lighter(glaze, 0.5),
        within=path("M76 106 C54 122 58 166 84 166 L116 166 C142 166 146 122 124 106 Z"),
    )


def matches(on: Sketch, sleeve: str, heads: str) -> None:
    on.shadow(y=160, width=60)
    for n in range(6):
        on.line([(68 + n * 13, 86), (64 + n * 14, 48 + n % 2 * 6)], "#e2bf8d", 5)
        on.fill(oval(64 + n * 14, 48 + n % 2 * 6, 5, 7), heads)
    on.solid(box(44, 80, 112, 80, 4), sleeve, 7)
    on.fill(box(44, 144, 112, 10), darker(sleeve, 0.35))
    on.fill(oval(100, 112, 24), PAPER)
    on.fill(path("M100 94 Q114 112 100 126 Q86 112 100 94"), heads)


def board(on: Sketch, wood: str, grain: str) -> None:
    """A board or a wooden tool."""
    on.shadow(y=170, width=46)
    outline = path(
        "M62 70 Q62 60 72 60 L90 60 L90 34 Q100 22 110 34 L110 60 L128 60 Q138 60 138 70 L138 158 Q138 168 128 168 L72 168 Q62 168 62 158 Z"
    )
    on.solid(outline, wood, 6)
    on.fill(oval(100, 40, 4), on.ground)
    for x in (76, 92, 108, 124):
        on.line(path(f"M{x} 76 Q{x + 7} 112 {x} 156"), grain, 1.8)
