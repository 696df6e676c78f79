"""Every defect of the first version has a test with its number in the name, or a word on why not yet."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
KNOWN = set(range(1, 67))
LATER = {
    41: "pictures: the type is read from the content",
    42: "pictures: size limit",
    43: "pictures: a failing storage leaves no product",
    44: "load: a flood of sign-ins beside sales",
    52: "pictures: deleting goes through the name on record",
    61: "the container is built where compose can run",
    64: "every module imported alone",
}


def tried() -> set[int]:
    names = re.findall(r"def test_seed((?:_d\d\d)+)_", "\n".join(path.read_text() for path in TESTS.rglob("test_*.py")))
    return {int(number) for name in names for number in re.findall(r"d(\d\d)", name)}


def test_seed_d66_every_defect_is_tried_or_declared() -> None:
    assert tried() | LATER.keys() == KNOWN
