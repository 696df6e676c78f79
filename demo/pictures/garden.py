"""Fruit and vegetables, herbs and flowers."""

import math

from demo.drawing import Outline, Sketch, arc, box, darker, lighter, moved, oval, path, turned

LEAF, STALK = "#5d9b4c", "#7a5436"


def leaf(on: Sketch, x: float, y: float, tilt: float, size: float = 1) -> None:
    outline = path(
        f"M{x} {y} Q{x + 16 * size} {y - 20 * size} {x + 40 * size} {y - 10 * size} Q{x + 24 * size} {y + 8 * size} {x} {y}"
    )
    on.solid(turned(outline, tilt, (x, y)), LEAF, 3)


def apple(on: Sketch, skin: str, blush: str) -> None:
    on.shadow(width=50)
    body = path("M100 78 C84 60 44 68 46 112 C48 148 76 170 100 162 C124 170 152 148 154 112 C156 68 116 60 100 78 Z")
    on.solid(body, skin, 10)
    on.fill(path("M62 92 C54 112 60 140 76 152 C66 128 66 108 74 88 Z"), blush, within=body)
    on.line(path("M100 80 Q100 60 108 46"), STALK, 5)
    leaf(on, 106, 58, -8)


def pear(on: Sketch, skin: str, blush: str) -> None:
    on.shadow(width=44)
    body = path(
        "M100 44 C82 44 80 66 76 82 C70 102 52 110 52 134 C52 156 74 168 100 168 C126 168 148 156 148 134 C148 110 130 102 124 82 C120 66 118 44 100 44 Z"
    )
    on.solid(body, skin, 10)
    on.fill(oval(76, 134, 13, 18), blush, within=body)
    on.line(path("M100 46 Q100 34 108 24"), STALK, 5)
    leaf(on, 104, 40, 4, 0.9)


def citrus(on: Sketch, skin: str, flesh: str) -> None:
    on.shadow(y=158, width=60)
    on.solid(
        path("M34 104 C34 70 62 54 88 58 C118 60 134 82 134 106 C134 134 110 150 86 150 C58 150 34 134 34 104 Z"),
        skin,
        9,
    )
    on.solid(oval(132, 124, 36), skin, 4)
    on.fill(oval(132, 124, 31), "#fff7e0")
    for n in range(8):
        start = n * 45 + 4
        on.fill([(132, 124), *arc(132, 124, 27, 27, start, start + 37)], flesh)
    leaf(on, 84, 60, -22)


def tomato(on: Sketch, skin: str, green: str) -> None:
    for x, y, r in ((72, 122, 36), (132, 124, 34), (102, 86, 33)):
        on.shadow(x, y + r - 3, r * 0.8)
        on.solid(oval(x, y, r, r * 0.92), skin, 8)
        top = (x, y - r * 0.62)
        for n in range(5):
            on.fill(
                turned(
                    path(f"M{x} {top[1]} Q{x + 5} {top[1] - 9} {x} {top[1] - 17} Q{x - 5} {top[1] - 9} {x} {top[1]}"),
                    n * 72,
                    top,
                ),
                green,
            )


def carrot(on: Sketch, root: str, green: str) -> None:
    on.shadow(y=164, width=44)
    for tilt in (-24, 24, 0):
        fronds = [
            turned(path(f"M100 66 Q{100 + bend} 40 {100 + bend * 2} 22"), tilt, (100, 150)) for bend in (-9, 0, 9)
        ]
        for frond in fronds:
            on.line(frond, green, 5)
        body = turned(path("M84 66 Q100 56 116 66 C118 100 108 146 100 162 C92 146 82 100 84 66 Z"), tilt, (100, 150))
        on.solid(body, root, 6)
        for y in (84, 102, 120):
            on.line(turned([(88, y), (98, y + 2)], tilt, (100, 150)), darker(root, 0.16), 2)


def potato(on: Sketch, skin: str, eyes: str) -> None:
    for x, y, tilt in ((70, 118, -14), (130, 124, 18), (100, 86, -4)):
        on.shadow(x, y + 27, 36)
        body = turned(
            path(
                f"M{x - 38} {y} C{x - 38} {y - 28} {x - 8} {y - 30} {x + 10} {y - 26} C{x + 38} {y - 22} {x + 42} {y + 4} {x + 34} {y + 18} C{x + 22} {y + 32} {x - 36} {y + 32} {x - 38} {y} Z"
            ),
            tilt,
            (x, y),
        )
        on.solid(body, skin, 7)
        on.dots([(x - 14, y - 6), (x + 12, y - 10), (x + 18, y + 10), (x - 8, y + 14)], 2.2, eyes)


def grapes(on: Sketch, berry: str, green: str) -> None:
    on.shadow(y=172, width=30)
    on.line(path("M100 66 Q98 44 110 30"), STALK, 5)
    for row, count in enumerate((4, 5, 4, 3, 2, 1)):
        for n in range(count):
            on.solid(
                oval(100 + (n - (count - 1) / 2) * 22, 70 + row * 18, 13),
                berry if (row + n) % 3 else lighter(berry, 0.15),
                5,
            )
    leaf(on, 104, 50, -4, 1.2)


def banana(on: Sketch, skin: str, tip: str) -> None:
    on.shadow(y=158, width=62)
    for tilt in (-16, 0, 16):
        on.solid(
            turned(
                path(
                    "M48 62 C50 116 92 148 152 138 C158 138 158 128 152 126 C112 124 82 100 66 58 C62 52 48 54 48 62 Z"
                ),
                tilt,
                (56, 58),
            ),
            skin,
            6,
        )
    on.solid(turned(box(46, 42, 20, 22, 4), -8, (56, 58)), tip, 3)


def mushroom(on: Sketch, cap: str, stem: str) -> None:
    for x, y, size in ((70, 120, 0.9), (132, 122, 0.85), (102, 92, 1.1)):
        on.shadow(x, y + 36 * size, 22 * size)
        on.solid(box(x - 13 * size, y, 26 * size, 38 * size, 8), stem, 4)
        on.solid(
            path(
                f"M{x - 38 * size} {y + 6 * size} C{x - 36 * size} {y - 44 * size} {x + 36 * size} {y - 44 * size} {x + 38 * size} {y + 6 * size} Q{x} {y + 16 * size} {x - 38 * size} {y + 6 * size} Z"
            ),
            cap,
            7,
        )


def lettuce(on: Sketch, green: str, heart: str) -> None:
    on.shadow(y=158, width=56)
    for radius, tone in ((60, darker(green, 0.12)), (47, green), (33, lighter(green, 0.2)), (20, heart)):
        frill = [
            (
                100 + (radius + 4 * math.cos(a * 9)) * math.cos(a),
                106 + (radius * 0.84 + 3 * math.cos(a * 9)) * math.sin(a),
            )
            for a in (math.radians(d) for d in range(0, 360, 3))
        ]
        on.solid(frill, tone, 4)


def pumpkin(on: Sketch, skin: str, green: str) -> None:
    on.shadow(y=160, width=62)
    for cx, rx in ((58, 28), (142, 28), (76, 32), (124, 32), (100, 30)):
        on.solid(oval(cx, 114, rx, 46), skin, 6)
    on.solid(path("M92 72 Q92 50 108 42 L118 50 Q108 58 110 74 Z"), green, 4)


def bunch(on: Sketch, flower: str, wrap: str) -> None:
    """A bunch of flowers in paper."""
    on.shadow(y=172, width=34)
    blossoms = [(66, 70), (134, 70), (84, 46), (116, 46), (100, 78), (58, 96), (142, 96)]
    for x, y in blossoms:
        on.line([(x, y), (100, 140)], LEAF, 4)
    for at, (x, y) in enumerate(blossoms):
        blossom(on, x, y, flower if at % 2 else lighter(flower, 0.45))
    on.solid(path("M56 108 L144 108 L116 172 L84 172 Z"), wrap, 7)
    on.fill(box(80, 142, 40, 8, 3), darker(flower, 0.15))


def blossom(on: Sketch, x: float, y: float, tone: str) -> None:
    for n in range(6):
        on.fill(turned(oval(x, y - 12, 8, 11), n * 60, (x, y)), tone if n % 2 else darker(tone, 0.08))
    on.fill(oval(x, y, 6.5), "#f2c14e")


def herb(on: Sketch, green: str, pot: str) -> None:
    on.shadow(width=40)
    stems: list[tuple[float, float]] = [(-40, 62), (-22, 46), (0, 38), (22, 46), (40, 62)]
    for dx, y in stems:
        on.line([(100 + dx * 0.3, 112), (100 + dx, y)], darker(green, 0.15), 3)
        for step in (0.1, 0.5):
            x, at = 100 + dx * (1 - step * 0.7), y + step * 66
            for tilt in (-50, 50, 0):
                on.fill(turned(sprig(x, at), tilt, (x, at)), green if tilt else lighter(green, 0.2))
    on.solid(path("M64 118 L136 118 L126 160 Q125 166 119 166 L81 166 Q75 166 74 160 Z"), pot, 7)
    on.solid(box(60, 104, 80, 18, 4), lighter(pot, 0.12), 5)


def sprig(x: float, y: float) -> Outline:
    return moved(path("M0 6 Q11 -8 0 -22 Q-11 -8 0 6"), x, y)
