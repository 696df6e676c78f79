"""Checks imports: a room may import the rooms below it, never one above or beside it."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
FLOORS = [
    {"pos"},
    {"accounts"},
    {"inventory", "members"},
    {"billing"},
    {"reports", "files"},
    {"pos.urls", "pos.api.urls", "demo"},
]
# The second storey: rooms inside an app, lowest floor first. A room is a package or a module beside the packages.
INSIDE = {
    "billing": [
        {"apps", "price_steps", "pricing"},
        {"models", "order"},
        {"codes", "counter"},
        {"receipts"},
        {"drawer"},
        {"stored_value"},
        {"sale"},
        {"history", "outage", "returns"},
        {"basket"},
        {"admin", "api", "management", "views"},
        {"urls"},
    ],
    "accounts": [
        {"apps", "deeds"},
        {"models"},
        {"doors", "fact_words", "http", "trail"},
        {"access", "settings_history", "shop"},
        {"people"},
        {"approvals"},
        {"api", "confirming", "management", "templatetags", "till_lock"},
        {"views"},
        {"admin", "urls"},
    ],
    "inventory": [
        {"apps", "barcodes", "first_reasons", "unit_prices"},
        {"models"},
        {"shelf"},
        {"goods"},
        {"buying", "counting", "labels", "templatetags"},
        {"transfers"},
        {"admin", "api", "management", "views"},
        {"urls"},
    ],
    "members": [
        {"apps", "contact", "models", "numbers", "pins"},
        {"forms", "member_search", "points"},
        {"admin_forms", "consents", "lists"},
        {"held", "registry", "vip"},
        {"merging"},
        {"admin", "api", "views"},
        {"manager_views"},
        {"urls"},
    ],
    "reports": [
        {"apps", "models"},
        {"feed", "rollups"},
        {"audit", "beginning", "figures", "webhooks"},
        {"journal", "sealing"},
        {"tax_office"},
        {"upkeep"},
        {"doctor"},
        {"api", "management", "templatetags", "views"},
        {"urls"},
    ],
    "files": [
        {"apps", "readers"},
        {"cells", "models"},
        {"kinds"},
        {"matching", "taken_in"},
        {"imports"},
        {"bulk", "jobs", "lists"},
        {"api", "views"},
        {"urls"},
    ],
}
MOST_ROOMS, MOST_FLOORS, MOST_ARROWS = 20, 11, 75
HEIGHTS = {room: height for height, floor in enumerate(FLOORS) for room in sorted(floor)}
ROOMS = [room for room in HEIGHTS if "." not in room]
MODULES = {
    ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path
    for room in ROOMS
    for path in sorted((HOUSE / room).rglob("*.py"))
}
ALL_OF_THEM = """
import importlib, sys
import django

django.setup()
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def room_of(module: str) -> str:
    return module if module in HEIGHTS else module.partition(".")[0]


def imported(node: ast.AST, by: str, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = by if path.name == "__init__.py" else by.rpartition(".")[0]
        base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
        base = ".".join(filter(None, [base, node.module]))
        for alias in node.names:
            full = f"{base}.{alias.name}"
            yield full if full in MODULES else base


@cache
def known_to(module: str) -> set[str]:
    path = MODULES[module]
    tree = ast.parse(path.read_text())
    return {name for node in ast.walk(tree) for name in imported(node, module, path) if name.partition(".")[0] in ROOMS}


def test_a_room_knows_only_the_rooms_below_it() -> None:
    height = {module: HEIGHTS[room_of(module)] for module in MODULES}
    beside_or_above = {
        (module, name)
        for module in MODULES
        for name in known_to(module)
        if room_of(name) != room_of(module) and HEIGHTS[room_of(name)] >= height[module]
    }
    assert not beside_or_above


def inner_room(module: str) -> str:
    """ "sale" for "billing.sale.checks"; nothing for the app itself and for migrations."""
    _, _, inside = module.partition(".")
    return "" if inside.startswith("migrations") else inside.partition(".")[0]


def arrows(app: str) -> set[tuple[str, str]]:
    """Which room of an app imports which other."""
    found = {
        (inner_room(module), inner_room(name))
        for module in MODULES
        if room_of(module) == app
        for name in known_to(module)
        if room_of(name) == app
    }
    return {(here, there) for here, there in found if here and there and here != there}


def upward(found: set[tuple[str, str]], floors: list[set[str]]) -> set[tuple[str, str]]:
    height = {room: number for number, floor in enumerate(floors) for room in floor}
    return {(here, there) for here, there in found if height[there] >= height[here]}


@pytest.mark.parametrize("app", INSIDE)
def test_a_room_inside_an_app_knows_only_the_rooms_below_it(app: str) -> None:
    found, floors = arrows(app), INSIDE[app]
    rooms = {inner_room(module) for module in MODULES if room_of(module) == app} - {""}
    assert rooms == set().union(*floors)
    assert not upward(found, floors)
    assert len(rooms) <= MOST_ROOMS
    assert len(floors) <= MOST_FLOORS
    assert len(found) <= MOST_ARROWS


def test_an_upward_import_inside_an_app_is_seen() -> None:
    planted = arrows("billing") | {("drawer", "sale")}
    assert upward(planted, INSIDE["billing"]) == {("drawer", "sale")}


def test_no_import_hides_in_a_function() -> None:
    hidden = {
        (module, name)
        for module, path in MODULES.items()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        for name in imported(node, module, path)
        if name.partition(".")[0] in ROOMS
    }
    assert not hidden


def test_the_rule_sees_an_upward_import() -> None:
    """Checks the reader of imports with `from . import x`, `from .. import x` and plain imports."""
    path = MODULES["billing.views.till"]
    source = (
        "import reports.api\nfrom reports.figures import queries\nfrom . import bills\nfrom ..sale.sales import sell"
    )
    found = {name for node in ast.walk(ast.parse(source)) for name in imported(node, "billing.views.till", path)}
    assert found == {"reports.api", "reports.figures.queries", "billing.views.bills", "billing.sale.sales"}


def test_seed_d64_each_module_can_be_imported_alone() -> None:
    """Without a cycle of imports the modules can be imported in any order."""
    TopologicalSorter({module: known_to(module) for module in MODULES}).prepare()  # a ring is a CycleError
    together = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM, *MODULES],
        cwd=HOUSE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "pos.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert together.returncode == 0, together.stderr


def test_a_ring_of_imports_is_seen() -> None:
    ring = {module: known_to(module) for module in MODULES}
    ring["billing.order"] = ring["billing.order"] | {"billing.sale.sales"}
    with pytest.raises(CycleError):
        TopologicalSorter(ring).prepare()
