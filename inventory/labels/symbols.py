"""A code as bars: EAN-13, EAN-8 or UPC-A where the code is one, otherwise Code 128."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR
from decimal import Decimal as D
from itertools import groupby

from barcode import EAN8, EAN13, UPCA, Code128
from stdnum import ean

NOMINAL, NARROWEST = D("0.33"), D("0.19")  # millimetres of a module
OF_LENGTH: dict[int, tuple[Callable[[str], object], int]] = {13: (EAN13, 11), 12: (UPCA, 9), 8: (EAN8, 7)}
OTHERS_QUIET = 10
PRINTABLE = range(32, 127)


@dataclass(frozen=True, slots=True)
class Symbol:
    """`path` draws the bars in modules, one high; `modules` counts those of both quiet zones too."""

    path: str
    quiet: int
    modules: int
    width: D

    @property
    def millimetres(self) -> str:
        return f"{self.width:f}mm"

    @property
    def box(self) -> str:
        return f"{-self.quiet} 0 {self.modules} 1"


def symbol(code: str, room: D, dot: D = D(0)) -> Symbol | None:
    """The code as bars within `room` millimetres; None if no scanner could read it there, or if Code 128 has no sign
    for one of its letters."""
    if not code or any(ord(letter) not in PRINTABLE for letter in code):
        return None
    pattern, quiet = drawn(code)
    modules = len(pattern) + 2 * quiet
    module = min(NOMINAL, room / modules)
    if dot:
        module = (module / dot).to_integral_value(ROUND_FLOOR) * dot
    if module < NARROWEST:
        return None
    return Symbol(runs(pattern), quiet, modules, (module * modules).quantize(D("0.001")))


def drawn(code: str) -> tuple[str, int]:
    """Ones and zeros, and the modules that stay white on either side."""
    kind, quiet = OF_LENGTH.get(len(code), (Code128, OTHERS_QUIET))
    if kind is Code128 or not (code.isascii() and code.isdecimal() and ean.is_valid(code)):
        kind, quiet = Code128, OTHERS_QUIET
    return "".join(kind(code).build()), quiet  # type: ignore[attr-defined]


def runs(pattern: str) -> str:
    path, x = [], 0
    for is_dark, run in groupby(pattern, "1".__eq__):
        wide = len(list(run))
        path += [f"M{x} 0h{wide}v1h-{wide}z"] if is_dark else []
        x += wide
    return "".join(path)
