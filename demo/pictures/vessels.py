"""Packaging: jars, bottles, tins, bags, boxes."""

from demo.drawing import Outline, Sketch, arc, box, darker, lighter, oval, path

PAPER, CORK, METAL, GLASS = "#fbf6ea", "#c79a64", "#c9cdd6", "#dcebe9"


def label(on: Sketch, x: float, y: float, width: float, height: float, accent: str) -> None:
    """A paper label with the shop's linden leaf and two lines of text."""
    on.fill(box(x, y, width, height, 3), PAPER)
    cx, top, size = x + width / 2, y + height * 0.1, min(width, height) * 0.36
    on.fill(
        path(
            f"M{cx} {top} Q{cx + size} {top + size * 0.25} {cx} {top + size * 1.3} Q{cx - size} {top + size * 0.25} {cx} {top}"
        ),
        accent,
    )
    on.line([(cx, top + size * 0.3), (cx, top + size * 1.5)], darker(accent), 1.2)
    for share, at in ((0.6, 0.74), (0.36, 0.87)):
        on.line(
            [(cx - width * share / 2, y + height * at), (cx + width * share / 2, y + height * at)],
            darker(PAPER, 0.4),
            1.6,
        )


def jar(on: Sketch, filling: str, lid: str) -> None:
    on.shadow(width=48)
    on.solid(box(58, 62, 84, 104, 16), filling)
    on.fill(box(58, 60, 84, 14, 8), lighter(filling, 0.55))
    on.solid(box(60, 44, 80, 20, 5), lid, 5)
    for x in range(66, 138, 8):
        on.line([(x, 48), (x, 60)], darker(lid, 0.18), 1)
    label(on, 70, 86, 60, 56, lid)


def honey(on: Sketch, filling: str, lid: str) -> None:
    on.shadow(width=50)
    on.solid(
        path("M64 70 C46 86 46 146 60 162 Q62 166 70 166 L130 166 Q138 166 140 162 C154 146 154 86 136 70 Z"), filling
    )
    on.solid(box(62, 46, 76, 22, 8), lid, 5)
    for row, y in enumerate((94, 112, 130)):
        for x in range(70 + row % 2 * 10, 134, 20):
            on.fill(hexagon(x, y, 9.5), lighter(filling, 0.35))
    label(on, 74, 92, 52, 50, lid)


def hexagon(cx: float, cy: float, radius: float) -> Outline:
    return arc(cx, cy, radius, radius, 30, 390)[::6]


def bottle(on: Sketch, glass: str, cap: str) -> None:
    on.shadow(width=36)
    on.solid(
        path(
            "M88 34 L112 34 L112 70 C114 84 132 88 132 106 L132 158 Q132 166 124 166 L76 166 Q68 166 68 158 L68 106 C68 88 86 84 88 70 Z"
        ),
        glass,
    )
    on.solid(box(85, 22, 30, 18, 4), cap, 4)
    label(on, 72, 104, 56, 48, cap)


def wine(on: Sketch, glass: str, cap: str) -> None:
    on.shadow(width=34)
    on.solid(
        path(
            "M90 26 L110 26 L110 66 C110 82 130 86 130 104 L130 160 Q130 166 124 166 L76 166 Q70 166 70 160 L70 104 C70 86 90 82 90 66 Z"
        ),
        glass,
    )
    on.solid(box(88, 18, 24, 34, 4), cap, 4)
    label(on, 71, 108, 58, 44, cap)


def flask(on: Sketch, drink: str, cap: str) -> None:
    """Juice and lemonade: a clear bottle with a slice of fruit on the label."""
    on.shadow(width=38)
    body = path(
        "M84 40 L116 40 L116 56 C116 72 136 76 136 98 L136 156 Q136 166 126 166 L74 166 Q64 166 64 156 L64 98 C64 76 84 72 84 56 Z"
    )
    on.solid(body, GLASS)
    on.fill(box(68, 88, 64, 74, 8), drink, within=body)
    on.fill(box(116, 88, 14, 74, 4), darker(drink, 0.12), within=body)
    on.solid(box(81, 24, 38, 20, 5), cap, 4)
    on.fill(oval(100, 124, 22), PAPER)
    on.fill(oval(100, 124, 17), lighter(drink, 0.25))
    for x, y in ((100, 107), (115, 116), (115, 132), (100, 141), (85, 132), (85, 116)):
        on.line([(100, 124), (x, y)], PAPER, 1.6)


def milk(on: Sketch, carton: str, accent: str) -> None:
    on.shadow(width=42)
    on.solid(box(66, 76, 68, 90, 3), carton)
    on.solid(path("M66 78 L82 48 L118 48 L134 78 Z"), lighter(carton, 0.35))
    on.solid(box(82, 36, 36, 14, 2), darker(carton, 0.1), 4)
    on.fill(
        path("M66 118 C82 106 92 132 108 120 C120 112 128 118 134 122 L134 166 L66 166 Z"),
        accent,
        within=box(66, 76, 68, 90, 3),
    )
    label(on, 78, 84, 44, 30, accent)


def cup(on: Sketch, body: str, accent: str) -> None:
    """Yoghurt, cream and the like."""
    on.shadow(width=42)
    tub = path("M58 74 L142 74 L132 160 Q131 166 125 166 L75 166 Q69 166 68 160 Z")
    on.solid(tub, body)
    on.fill(box(50, 128, 100, 40), accent, within=tub)
    on.solid(box(53, 62, 94, 15, 7), METAL, 4)
    label(on, 76, 86, 48, 46, accent)


def tin(on: Sketch, body: str, accent: str) -> None:
    on.shadow(width=46)
    on.solid(box(58, 62, 84, 104, 8), METAL)
    on.fill(box(58, 76, 84, 76), body)
    on.fill(box(128, 76, 14, 76), darker(body, 0.16))
    on.fill(oval(100, 64, 42, 9), lighter(METAL, 0.5))
    on.fill(oval(100, 64, 34, 6), METAL)
    label(on, 72, 86, 50, 56, accent)


def flat_tin(on: Sketch, body: str, accent: str) -> None:
    """Sardines and similar: an oblong tin with a ring pull."""
    on.shadow(y=152, width=64)
    on.solid(box(34, 82, 132, 70, 20), METAL)
    on.solid(box(34, 72, 132, 66, 20), body)
    on.fill(box(44, 80, 112, 50, 14), lighter(body, 0.25))
    on.fill(path("M64 105 Q88 84 116 105 L134 94 L134 116 L116 105 Q88 126 64 105"), accent)
    on.dots([(76, 102)], 2.4, PAPER)
    on.line(arc(146, 88, 8, 6, 0, 360), darker(METAL, 0.3), 2.4)


def bag(on: Sketch, paper: str, accent: str) -> None:
    """Coffee, flour, nuts: a paper bag folded at the top."""
    on.shadow(width=48)
    on.solid(path("M62 50 L138 50 L144 160 Q144 166 138 166 L62 166 Q56 166 56 160 Z"), paper)
    on.solid(box(60, 38, 80, 20, 3), darker(paper, 0.1), 4)
    on.line([(60, 58), (140, 58)], darker(paper, 0.3), 1.4)
    on.fill(box(90, 32, 20, 30, 3), accent)
    label(on, 72, 80, 56, 66, accent)


def pouch(on: Sketch, window: str, accent: str) -> None:
    """Pasta, rice, lentils: a clear bag with a paper header."""
    on.shadow(width=50)
    body = path("M58 60 C54 96 50 130 56 160 Q58 166 66 166 L134 166 Q142 166 144 160 C150 130 146 96 142 60 Z")
    on.solid(body, lighter(window, 0.45))
    for row in range(7):
        for column in range(6):
            x, y = 62 + column * 15 + row % 2 * 7, 102 + row * 10
            on.fill(oval(x, y, 6.5, 3.8), window if (row + column) % 3 else darker(window, 0.12), within=body)
    on.solid(box(52, 40, 96, 44, 4), accent, 5)
    label(on, 76, 45, 48, 36, accent)


def carton(on: Sketch, body: str, accent: str) -> None:
    """A box seen from a corner: tea, crackers, soap."""
    on.shadow(width=58)
    on.fill(path("M132 58 L158 48 L158 152 L132 166 Z"), darker(body, 0.25))
    on.fill(path("M44 58 L70 46 L158 48 L132 58 Z"), lighter(body, 0.45))
    on.solid(box(44, 58, 88, 108, 2), body)
    on.fill(box(44, 140, 88, 12), accent)
    label(on, 58, 72, 60, 60, accent)


def egg_box(on: Sketch, body: str, shell: str) -> None:
    on.shadow(y=156, width=66)
    on.solid(path("M40 92 L46 58 Q47 52 54 52 L146 52 Q153 52 154 58 L160 92 Z"), darker(body, 0.08))
    for x in (62, 100, 138):
        on.solid(oval(x, 100, 17, 22), shell, 5)
    on.solid(
        path(
            "M34 106 Q48 116 62 106 Q81 118 100 106 Q119 118 138 106 Q152 116 166 106 L158 150 Q157 156 150 156 L50 156 Q43 156 42 150 Z"
        ),
        body,
    )
    for x in (81, 119):
        on.line([(x, 116), (x, 148)], darker(body, 0.15), 2)


def bowl(on: Sketch, contents: str, dish: str) -> None:
    """Olives, antipasti, salads from the counter."""
    on.shadow(y=160, width=56)
    heap = [(72, 84), (90, 76), (110, 74), (128, 84), (62, 94), (82, 92), (100, 88), (118, 92), (138, 95), (100, 98)]
    for at, (x, y) in enumerate(heap):
        on.solid(oval(x, y, 12), contents if at % 3 else lighter(contents, 0.2), 5)
    for x, y in heap[1::3]:
        on.fill(oval(x, y, 3), "#b5382c")
    on.solid(path("M40 100 L160 100 C158 138 136 160 100 160 C64 160 42 138 40 100 Z"), dish)
    on.fill(
        box(40, 108, 120, 7),
        lighter(dish, 0.5),
        within=path("M40 100 L160 100 C158 138 136 160 100 160 C64 160 42 138 40 100 Z"),
    )
