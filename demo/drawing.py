"""Draws flat pictures from outlines on a square of 200 units; drawn large and scaled down, so that edges are smooth."""

import math
import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageColor, ImageDraw

Point = tuple[float, float]
Outline = Sequence[Point]
SIDE, LARGE, SMALL = 200, 4, 400
STEPS = 18


def mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(ImageColor.getrgb(colour)[:3], ImageColor.getrgb(other)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lighter(colour: str, share: float = 0.35) -> str:
    return mixed(colour, "#ffffff", share)


def darker(colour: str, share: float = 0.22) -> str:
    return mixed(colour, "#2a1f3d", share)


def box(x: float, y: float, width: float, height: float, radius: float = 0) -> Outline:
    radius = min(radius, width / 2, height / 2)
    corners = [(x + width - radius, y + radius, -90), (x + width - radius, y + height - radius, 0),
               (x + radius, y + height - radius, 90), (x + radius, y + radius, 180)]  # fmt: skip
    return [point for cx, cy, start in corners for point in arc(cx, cy, radius, radius, start, start + 90)]


def oval(cx: float, cy: float, rx: float, ry: float | None = None) -> Outline:
    return arc(cx, cy, rx, rx if ry is None else ry, 0, 360)


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Outline:
    angles = [math.radians(start + (end - start) * step / STEPS / 2) for step in range(STEPS * 2 + 1)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


def path(drawn: str) -> Outline:
    """An outline from SVG path commands: absolute M, L, Q and C, one shape."""
    points: list[Point] = []
    for word, numbers in re.findall(r"([MLQC])([^MLQCZ]*)", drawn):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        given = list(zip(values[::2], values[1::2], strict=True))
        bend = {"Q": 2, "C": 3}.get(word, 1)
        for at in range(0, len(given), bend):
            points += curve([points[-1], *given[at : at + bend]]) if bend > 1 else given[at : at + 1]
    return points


def curve(handles: Sequence[Point]) -> list[Point]:
    degree = len(handles) - 1
    weights = [math.comb(degree, i) for i in range(degree + 1)]
    found = []
    for step in range(1, STEPS + 1):
        t = step / STEPS
        parts = [weight * t**i * (1 - t) ** (degree - i) for i, weight in enumerate(weights)]
        found.append((sum(p * x for p, (x, _) in zip(parts, handles, strict=True)),
                      sum(p * y for p, (_, y) in zip(parts, handles, strict=True))))  # fmt: skip
    return found


def turned(outline: Outline, degrees: float, about: Point) -> Outline:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    ox, oy = about
    return [(ox + (x - ox) * cos - (y - oy) * sin, oy + (x - ox) * sin + (y - oy) * cos) for x, y in outline]


def moved(outline: Outline, dx: float, dy: float) -> Outline:
    return [(x + dx, y + dy) for x, y in outline]


class Sketch:
    """One picture: a background in the category's colour, and shapes drawn on it in order."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (SIDE * LARGE, SIDE * LARGE), ground)
        self.pen = ImageDraw.Draw(self.image)
        self.fill(oval(100, 104, 82), lighter(ground, 0.42))
        self.ground = ground

    def shadow(self, cx: float = 100, y: float = 166, width: float = 52) -> None:
        self.fill(oval(cx, y, width, width * 0.13), darker(self.ground, 0.2))

    def fill(self, outline: Outline, colour: str, within: Outline | None = None) -> None:
        if within is None:
            self.pen.polygon(scaled(outline), fill=colour)
        else:
            frame = framed(within)
            self.image.paste(colour, frame, ImageChops.multiply(mask(outline, frame), mask(within, frame)))

    def solid(self, outline: Outline, colour: str, depth: float = 7) -> None:
        """A shape with a shadow on one side and a highlight on the other."""
        frame = framed(outline, margin=depth)
        whole = mask(outline, frame)
        self.image.paste(colour, frame, whole)
        away = ImageChops.subtract(whole, shifted(whole, -depth, -depth * 0.35))
        self.image.paste(darker(colour, 0.16), frame, away)
        lit = ImageChops.subtract(whole, shifted(whole, depth * 0.45, depth * 0.3))
        self.image.paste(lighter(colour, 0.3), frame, lit)

    def line(self, points: Outline, colour: str, width: float = 2) -> None:
        self.pen.line(scaled(points), fill=colour, width=round(width * LARGE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.fill(oval(x, y, width / 2), colour)

    def dots(self, points: Iterable[Point], radius: float, colour: str) -> None:
        for x, y in points:
            self.fill(oval(x, y, radius), colour)

    def webp(self) -> bytes:
        written = BytesIO()
        self.image.resize((SMALL, SMALL), Image.Resampling.BOX).save(written, "WEBP", quality=86, method=2)
        return written.getvalue()


def scaled(outline: Outline) -> list[Point]:
    return [(x * LARGE, y * LARGE) for x, y in outline]


def framed(outline: Outline, margin: float = 1) -> tuple[int, int, int, int]:
    """The pixel box around an outline: left, top, right, bottom."""
    across, down = zip(*scaled(outline), strict=True)
    room = margin * LARGE
    return int(min(across) - room), int(min(down) - room), int(max(across) + room), int(max(down) + room)


def mask(outline: Outline, frame: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = frame
    made = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(made).polygon([(x - left, y - top) for x, y in scaled(outline)], fill=255)
    return made


def shifted(made: Image.Image, dx: float, dy: float) -> Image.Image:
    return ImageChops.offset(made, round(dx * LARGE), round(dy * LARGE))
