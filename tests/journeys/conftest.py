import os
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Register
from inventory.models import Product
from members import points
from members.models import Member
from tests.journeys.mortal import Mortal, mortal
from tests.journeys.page_files import Keepable
from tests.journeys.walking import Counter, complaints_of


@pytest.fixture(autouse=True)
def production_files(gathered: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serves bundled files that the browser may cache, as in production: a page has a hundred files otherwise."""
    settings.STATICFILES_DIRS = [gathered]
    monkeypatch.setattr(StaticFilesHandler, "serve", Keepable.serve)


@pytest.fixture
def stocked(tea: Product, milk: Product, cheese: Product) -> list[Product]:
    return [tea, milk, cheese]


@pytest.fixture
def saver(vera: Member, may: User) -> Member:
    """Vera has saved twenty points."""
    points.adjust(vera.pk, Decimal(20), reason="moved over from the paper card", by=may)
    vera.refresh_from_db()
    return vera


@pytest.fixture
def counter(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Iterator[Counter]:
    """A browser at the till; any console error fails the test."""
    complaints = complaints_of(page)
    yield Counter(page)
    assert not complaints


@pytest.fixture
def plain_counter(
    browser: Browser, live_server: LiveServer, ana: User, r1: Register, stocked: list[Product]
) -> Iterator[Counter]:
    """The same without script."""
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url, locale="en-GB")
    page = context.new_page()
    complaints = complaints_of(page)
    yield Counter(page, has_script=False)
    assert not complaints
    context.close()


@pytest.fixture(params=["counter", "plain_counter"], ids=["script", "no script"])
def either_counter(request: pytest.FixtureRequest) -> Counter:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def server(django_db_setup: None, gathered: Path) -> Iterator[Mortal]:
    """A server in its own process, which a test may kill and restart."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with mortal(port, database, gathered) as found:
        yield found
