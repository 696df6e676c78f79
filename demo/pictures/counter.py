"""Bread, cheese, meat and sweets: products without packaging."""

from demo.drawing import Sketch, box, darker, lighter, moved, oval, path, turned

CRUMB, CHOCOLATE = "#f6dfb4", "#5b3524"


def loaf(on: Sketch, crust: str, dust: str) -> None:
    on.shadow(y=150, width=70)
    body = path("M28 130 C20 84 60 62 100 62 C140 62 180 84 172 130 Q170 150 150 150 L50 150 Q30 150 28 130 Z")
    on.solid(body, crust, 9)
    for x in (62, 92, 122):
        on.fill(path(f"M{x} 116 Q{x + 4} 88 {x + 26} 74 Q{x + 20} 98 {x} 116"), dust, within=body)


def tin_loaf(on: Sketch, crust: str, seeds: str) -> None:
    on.shadow(y=154, width=66)
    body = path("M36 92 C26 62 66 58 100 58 C134 58 174 62 164 92 L164 146 Q164 154 156 154 L44 154 Q36 154 36 146 Z")
    on.solid(body, crust, 8)
    for row in range(3):
        on.dots([(52 + n * 14 + row * 5, 74 + row * 9 + n % 2 * 4) for n in range(7)], 2.4, seeds)


def baguette(on: Sketch, crust: str, dust: str) -> None:
    on.shadow(y=150, width=70)
    for dy in (-14, 16):
        body = turned(box(22, 88 + dy, 156, 30, 15), -24, (100, 104))
        on.solid(body, crust, 6)
        for x in range(42, 164, 26):
            on.fill(
                turned(
                    path(f"M{x} {112 + dy} L{x + 12} {92 + dy} L{x + 17} {94 + dy} L{x + 5} {114 + dy} Z"),
                    -24,
                    (100, 104),
                ),
                dust,
            )


def roll(on: Sketch, crust: str, seeds: str) -> None:
    for x, y in ((72, 112), (130, 116), (100, 88)):
        on.shadow(x, y + 30, 34)
        body = oval(x, y, 36, 29)
        on.solid(body, crust, 7)
        on.fill(path(f"M{x - 24} {y + 2} Q{x} {y - 16} {x + 24} {y + 2} Q{x} {y - 6} {x - 24} {y + 2}"), seeds)


def croissant(on: Sketch, crust: str, glaze: str) -> None:
    on.shadow(y=148, width=68)
    body = path(
        "M24 132 C26 76 66 54 100 54 C134 54 174 76 176 132 C178 146 160 148 154 136 C146 112 126 102 100 102 C74 102 54 112 46 136 C40 148 22 146 24 132 Z"
    )
    on.solid(body, crust, 8)
    for x0, x1 in ((58, 70), (84, 88), (116, 112), (142, 130)):
        on.line([(x0, 66 if 70 < x0 < 130 else 76), (x1, 104 if 70 < x0 < 130 else 110)], darker(crust, 0.2), 3)
    on.line(path("M40 104 C52 76 80 66 100 66"), glaze, 3)


def pretzel(on: Sketch, crust: str, salt: str) -> None:
    on.shadow(y=160, width=60)
    knot = path("M100 142 C40 142 22 62 68 56 C104 52 108 112 138 146 M138 146")
    for outline in (knot, [(200 - x, y) for x, y in knot], path("M62 142 Q100 158 138 142")):
        on.line(outline, darker(crust, 0.15), 19)
    for outline in (knot, [(200 - x, y) for x, y in knot], path("M62 142 Q100 158 138 142")):
        on.line(moved(outline, -1.5, -2), crust, 14)
    on.dots(
        [(46, 84), (58, 66), (76, 64), (154, 84), (142, 66), (124, 64), (84, 148), (100, 151), (118, 148)], 2.6, salt
    )


def bun(on: Sketch, dough: str, swirl: str) -> None:
    """Cinnamon buns and other spirals."""
    on.shadow(y=154, width=56)
    on.solid(oval(100, 108, 58, 48), dough, 8)
    for radius in (42, 29, 16):
        on.line(oval(99, 104, radius, radius * 0.8), swirl, 5)
    on.dots([(76, 82), (120, 88), (90, 128), (128, 120), (100, 100)], 3, "#ffffff")


def cake(on: Sketch, sponge: str, icing: str) -> None:
    on.shadow(y=156, width=64)
    on.solid(path("M34 108 L152 72 L166 108 L166 140 L34 156 Z"), sponge)
    on.fill(path("M34 130 L166 120 L166 127 L34 139 Z"), icing)
    on.solid(path("M34 108 L146 62 Q166 72 166 108 Z"), icing, 5)
    on.solid(oval(118, 72, 11), "#c23b4b", 4)


def wedge(on: Sketch, paste: str, rind: str) -> None:
    on.shadow(y=154, width=68)
    on.fill(path("M28 120 L134 64 Q168 78 172 112 L28 124 Z"), lighter(paste, 0.4))
    on.solid(path("M28 120 L172 110 L172 146 L28 154 Z"), paste, 6)
    on.fill(path("M134 64 Q168 78 172 112 L172 146 L164 147 L164 113 Q160 84 128 67 Z"), rind)
    for x, y, r in ((60, 134, 7), (98, 126, 5), (122, 136, 9), (148, 124, 5), (84, 146, 4)):
        on.fill(oval(x, y, r, r * 0.8), darker(paste, 0.16))


def wheel(on: Sketch, rind: str, paste: str) -> None:
    on.shadow(y=156, width=64)
    on.solid(path("M38 94 L38 130 C38 168 162 168 162 130 L162 94 Z"), darker(rind, 0.08), 8)
    on.fill(oval(100, 94, 62, 30), rind)
    on.fill(path("M100 94 L160 86 C164 98 150 114 128 120 Z"), paste)
    on.fill(path("M100 94 L128 120 L128 152 L100 126 Z"), lighter(paste, 0.35))
    on.fill(path("M100 94 L160 90 L160 100 Q150 114 128 120 Z"), darker(paste, 0.1))


def butter(on: Sketch, body: str, wrap: str) -> None:
    on.shadow(y=150, width=68)
    on.fill(path("M40 96 L66 76 L172 76 L152 96 Z"), lighter(body, 0.4))
    on.fill(path("M152 96 L172 76 L172 124 L152 148 Z"), darker(body, 0.18))
    on.solid(box(40, 96, 112, 52, 3), body, 5)
    on.fill(path("M88 96 L112 76 L172 76 L172 124 L152 148 L88 148 Z"), wrap)
    on.fill(path("M152 96 L172 76 L172 124 L152 148 Z"), darker(wrap, 0.2))
    on.line([(88, 96), (152, 96), (172, 76)], lighter(wrap, 0.4), 1.6)


def sausage(on: Sketch, skin: str, cut: str) -> None:
    on.shadow(y=152, width=68)
    on.solid(turned(box(28, 84, 128, 46, 23), -16, (100, 106)), skin, 8)
    on.line(turned([(36, 106), (22, 106)], -16, (100, 106)), darker(skin, 0.2), 4)
    for x, y in ((140, 112), (118, 138), (158, 142)):
        on.solid(oval(x, y, 21), cut, 4)
        on.fill(oval(x, y, 17), lighter(cut, 0.15))
        on.dots([(x - 8, y - 4), (x + 6, y - 7), (x + 2, y + 7), (x - 6, y + 8), (x + 10, y + 4)], 2.4, "#fbe9e2")


def links(on: Sketch, skin: str, char: str) -> None:
    on.shadow(y=152, width=64)
    for dy, tilt in ((-26, -12), (2, -4), (30, 5)):
        on.solid(turned(box(40, 90 + dy, 120, 24, 12), tilt, (100, 102 + dy)), skin, 5)
        for x in (66, 92, 118):
            on.line(turned([(x, 108 + dy), (x + 8, 97 + dy)], tilt, (100, 102 + dy)), char, 2.6)


def ham(on: Sketch, meat: str, fat: str) -> None:
    on.shadow(y=156, width=60)
    on.solid(
        path("M42 110 C36 70 76 48 112 54 C150 60 168 92 160 122 C152 150 120 160 88 154 C60 150 46 134 42 110 Z"),
        fat,
        6,
    )
    on.fill(
        path("M52 110 C48 78 80 60 110 64 C142 68 156 94 150 120 C144 142 116 150 88 144 C66 140 54 128 52 110 Z"), meat
    )
    on.line(path("M66 110 C76 86 104 82 124 88"), lighter(meat, 0.4), 4)
    on.line(path("M92 128 C108 122 124 122 134 112"), lighter(meat, 0.4), 3)
    on.fill(oval(94, 104, 9, 7), lighter(fat, 0.3))


def chocolate(on: Sketch, wrapper: str, accent: str) -> None:
    on.shadow(y=168, width=44)
    on.solid(box(64, 30, 72, 70, 4), CHOCOLATE, 5)
    for x in (70, 91, 112):
        for y in (36, 56):
            on.fill(box(x, y, 17, 16, 2), lighter(CHOCOLATE, 0.12))
    on.fill(path("M58 80 L66 72 L76 82 L88 70 L100 82 L112 70 L124 82 L134 72 L142 80 L142 92 L58 92 Z"), "#e9d9a8")
    on.solid(box(58, 86, 84, 82, 3), wrapper, 6)
    on.fill(box(58, 128, 84, 12), accent)
    on.fill(oval(100, 114, 16), "#fbf6ea")
    on.fill(path("M100 102 Q114 107 100 125 Q86 107 100 102"), accent)


def pralines(on: Sketch, lining: str, accent: str) -> None:
    on.shadow(y=156, width=68)
    on.solid(box(32, 62, 136, 94, 6), accent, 7)
    on.fill(box(40, 70, 120, 78, 3), lining)
    tones = [CHOCOLATE, "#8a5a3b", "#efe2cc", "#4a2a1d"]
    for row in range(2):
        for column in range(3):
            x, y, tone = 62 + column * 38, 90 + row * 38, tones[(row * 3 + column) % 4]
            on.solid(oval(x, y, 15) if (row + column) % 2 else box(x - 14, y - 14, 28, 28, 5), tone, 4)
            on.line([(x - 6, y), (x + 6, y - 3)], lighter(tone, 0.4), 2)


def biscuits(on: Sketch, dough: str, chips: str) -> None:
    on.shadow(y=152, width=62)
    for x, y in ((74, 118), (128, 122), (102, 86)):
        on.solid(oval(x, y, 33, 31), dough, 6)
        on.dots(
            [(x - 12, y - 10), (x + 8, y - 14), (x + 14, y + 6), (x - 4, y + 3), (x - 15, y + 11), (x + 3, y + 18)],
            4,
            chips,
        )


def sweets(on: Sketch, body: str, accent: str) -> None:
    for x, y, tone, tilt in ((70, 84, body, -24), (128, 92, accent, 18), (96, 134, lighter(body, 0.3), -6)):
        on.shadow(x, y + 26, 30)
        for side in (-1, 1):
            on.fill(
                turned(
                    path(
                        f"M{x + side * 20} {y} L{x + side * 42} {y - 15} L{x + side * 38} {y} L{x + side * 42} {y + 15} Z"
                    ),
                    tilt,
                    (x, y),
                ),
                darker(tone, 0.12),
            )
        on.solid(oval(x, y, 24, 20), tone, 6)
        on.line(turned([(x - 10, y - 8), (x + 4, y - 12)], tilt, (x, y)), lighter(tone, 0.6), 3)
