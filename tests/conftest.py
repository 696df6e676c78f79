import os
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.commands import flush
from django.core.signals import setting_changed
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client, override_settings
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from billing.drawer import shifts
from billing.models import Register, Shift
from inventory.models import Product
from members.models import Member
from pos import money
from tests import cast, chromium
from tests.kept import QUICK_HASHERS
from tests.ledgers import empty_tables


def empty_tables_and_begin_anew(_self: DatabaseOperations, _sql_list: list[str]) -> None:
    """Empties the tables, then adds the rows every new shop has."""
    empty_tables()
    for module, function in BORN_WITH:
        getattr(import_module(module), function)(apps, None)


def forget_currency(*, setting: str, **_more: Any) -> None:
    """Clears the cached currency: a shop never changes it, but tests use several."""
    if setting == "CURRENCY":
        money.quantum.cache_clear()
        money.cash_step.cache_clear()


setting_changed.connect(forget_currency)

COUNT_PRINTING = """
    window.print = () => {
        const { dataset } = document.documentElement;
        dataset.printed = Number(dataset.printed ?? 0) + 1;
    };
"""
BORN_WITH = [
    ("pos.migrations.0002_guards", "first_settings"),
    ("accounts.migrations.0002_guards", "first_rules"),
    ("billing.migrations.0002_guards", "tenders_and_api_register"),
    ("inventory.first_reasons", "first_reasons"),
]
# A slow machine must not fail a test
expect.set_options(timeout=30_000)
hypothesis.settings.register_profile("shop", deadline=None)
hypothesis.settings.load_profile("shop")
DatabaseOperations.execute_sql_flush = empty_tables_and_begin_anew  # type: ignore[method-assign, assignment]
flush.emit_post_migrate_signal = lambda *_args, **_more: None  # type: ignore[attr-defined]  # its rows stay for the whole run


@pytest.fixture(autouse=True)
def quick_and_clean(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = QUICK_HASHERS
    settings.SEAL_LOG = os.devnull  # the tests' books are many
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def no_gathered_files() -> Iterator[None]:
    """Ignores page files collected in this folder: reading them takes each client a third of a second."""
    with override_settings(STATIC_ROOT=None):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not (program := chromium.find()):
        pytest.fail(chromium.MISSING, pytrace=False)
    return {**browser_type_launch_args, "executable_path": program, "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    """Makes `page.goto("/sign-in")` reach the server of this test run."""
    return {**browser_context_args, "base_url": live_server.url, "locale": "en-GB"}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """Pages count their printings in `data-printed` instead of opening a print dialog, which would block the test."""
    context.add_init_script(COUNT_PRINTING)
    return context


@pytest.fixture
def ana(db: None) -> User:
    """A cashier."""
    return cast.person("ana", name="Ana")


@pytest.fixture
def ben(db: None) -> User:
    """Another cashier."""
    return cast.person("ben", name="Ben")


@pytest.fixture
def may(db: None) -> User:
    """The manager."""
    return cast.person("may", role=Role.MANAGER, name="May")


@pytest.fixture
def tea(db: None) -> Product:
    """12.50, ten on the shelf."""
    return cast.product("Green tea", "12.50", "10", barcode="4006381333931")


@pytest.fixture
def milk(db: None) -> Product:
    """2.00, a hundred on the shelf."""
    return cast.product("Milk", "2.00", "100", barcode="4011800525224")


@pytest.fixture
def cheese(db: None) -> Product:
    """20.00 a kilogram, 5 kg on the shelf."""
    return cast.product("Cheese", "20.00", "5", sold_by="weight")


@pytest.fixture
def vera(db: None) -> Member:
    """A VIP without points."""
    return cast.MemberFactory.create(name="Vera Vogel", email="vera@example.org", is_vip=True)


@pytest.fixture
def olga(db: None) -> Member:
    """A regular member without points."""
    return cast.MemberFactory.create(name="Olga Ott", email="olga@example.org")


@pytest.fixture
def r1(db: None) -> Register:
    """A till, no shift open."""
    return cast.till("R1")


@pytest.fixture
def shift(r1: Register, ana: User) -> Shift:
    """Ana's open shift at R1, with a float of 100.00."""
    return shifts.open_shift(r1.code, opening_float=Decimal("100.00"), by=ana)


@pytest.fixture
def leave(shift: Shift) -> Register:
    """R1 may sell in an outage; its shift is open."""
    shift.register.outage_sales = True
    shift.register.save()
    return shift.register


@pytest.fixture
def ana_api(ana: User) -> Client:
    return cast.with_token(ana)


@pytest.fixture
def may_api(may: User) -> Client:
    return cast.with_token(may)


@pytest.fixture
def ana_web(ana: User) -> Client:
    return cast.signed_in(ana)


@pytest.fixture
def may_web(may: User) -> Client:
    return cast.signed_in(may)


@pytest.fixture(scope="session")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's own page files as `collectstatic` leaves them in production."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(
        STATIC_ROOT=folder,
        WHITENOISE_KEEP_ONLY_HASHED_FILES=False,  # pages in tests use the names without hashes
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES={"staticfiles": {"BACKEND": "pos.web.page_files.WholeFiles"}},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder
