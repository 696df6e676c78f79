"""Stylesheets use start and end, never left and right, so that every page works from right to left."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((settings.BASE_DIR / "static" / "css").rglob("*.css"))
PHYSICAL = re.compile(
    r"(?:^|[\s{;])((?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:"
    r"|(?:text-align|float|clear):\s*(?:left|right)"
)
FOUR_SIDES = re.compile(r"(?:padding|margin|inset):\s*([^;]+);")


def sides(value: str) -> list[str]:
    """The values of a shorthand property; brackets are not split."""
    return re.findall(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+", value)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_stylesheets_use_no_left_and_right(sheet: Path) -> None:
    for line in sheet.read_text().splitlines():
        assert not PHYSICAL.search(line), line
        for value in FOUR_SIDES.findall(line):
            four = sides(value)
            assert len(four) < 4 or four[1] == four[3], line


def test_pattern_finds_left_and_right() -> None:
    for physical in ("  margin-left: 1rem;", "{ left: 0; }", "  text-align: right;", "  border-top-left-radius: 2px;"):
        assert PHYSICAL.search(physical)
    for logical in (
        "  margin-inline: 1rem;",
        "  text-align: end;",
        "  inset-inline-start: 0;",
        "  @media (width < 30rem) {",
    ):
        assert not PHYSICAL.search(logical)
    assert sides("0 calc(1px + 2px) 0 var(--space-1)") == ["0", "calc(1px + 2px)", "0", "var(--space-1)"]
