"""Who may know whom: a room knows the rooms below it, never one above or beside it."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
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
        {"codes", "counter", "signing"},
        {"receipts"},
        {"drawer"},
        {"stored_value"},
        {"sale"},
        {"history", "returns"},
        {"api", "basket", "outage"},
        {"admin", "management", "views"},
        {"urls"},
    ],
    "accounts": [
        {"apps", "deeds"},
        {"models"},
        {"doors", "fact_words", "http", "trail"},
        {"access", "settings_history", "shop"},
        {"people"},
        {"approvals"},
        {"api", "management", "templatetags", "till_lock"},
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
        {"rollups"},
        {"audit", "beginning", "figures"},
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
        {"jobs", "lists"},
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
ONE_BY_ONE = """
import importlib, os, sys, traceback
import django
from pos.back_office.config import BackOfficeConfig

BackOfficeConfig.ready = lambda self: None  # it would import every admin module, in an order of its own
django.setup()
import django.contrib.auth.admin
failed = []
for name in sys.argv[1:]:
    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            failed.append(name)
        continue
    try:
        importlib.import_module(name)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
sys.exit(f"not importable alone: {failed}" if failed else 0)
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


def known_to(module: str) -> set[str]:
    path = MODULES[module]
    tree = ast.parse(path.read_text())
    return {name for node in ast.walk(tree) for name in imported(node, module, path) if name.partition(".")[0] in ROOMS}


@pytest.mark.parametrize("module", MODULES)
def test_a_room_knows_only_the_rooms_below_it(module: str) -> None:
    here = room_of(module)
    upward = {name for name in known_to(module) if room_of(name) != here and HEIGHTS[room_of(name)] >= HEIGHTS[here]}
    assert not upward


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


@pytest.mark.parametrize("module", MODULES)
def test_no_import_hides_in_a_function(module: str) -> None:
    path = MODULES[module]
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    hidden = {name for function in functions for node in ast.walk(function) for name in imported(node, module, path)}
    assert not {name for name in hidden if name.partition(".")[0] in ROOMS}


def test_the_rule_sees_an_upward_import() -> None:
    """The reading itself, on `from . import x`, `from .. import x` and plain imports."""
    path = MODULES["billing.views.till"]
    source = (
        "import reports.api\nfrom reports.figures import queries\nfrom . import bills\nfrom ..sale.sales import sell"
    )
    found = {name for node in ast.walk(ast.parse(source)) for name in imported(node, "billing.views.till", path)}
    assert found == {"reports.api", "reports.figures.queries", "billing.views.bills", "billing.sale.sales"}


def test_seed_d64_each_module_can_be_imported_alone() -> None:
    command = [sys.executable, "-c", ONE_BY_ONE, *MODULES]
    alone = subprocess.run(
        command,
        cwd=HOUSE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "pos.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert alone.returncode == 0, alone.stderr
