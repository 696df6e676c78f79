"""Every defect of the first version has a test with its number in the name."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
KNOWN = set(range(1, 67))


def tried() -> set[int]:
    names = re.findall(r"def test_seed((?:_d\d\d)+)_", "\n".join(path.read_text() for path in TESTS.rglob("test_*.py")))
    return {int(number) for name in names for number in re.findall(r"d(\d\d)", name)}


def test_seed_d66_every_defect_is_tried() -> None:
    assert tried() == KNOWN
