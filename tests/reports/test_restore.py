"""Restoring a backup on another machine after the first is lost: the books are complete and the numbers continue."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product, Stock
from pos.backups.taking import take
from pos.embedded import server
from pos.events import feed
from tests.counter import sell
from tests.proof import assert_books_are_right

PHRASE = "correct horse battery"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not server.binaries().exists(), reason="the embedded PostgreSQL is not installed"),
]


@pytest.fixture
def other_machine() -> Iterator[Path]:
    """The folder of a new shop with an empty database."""
    made = Path(tempfile.mkdtemp(prefix="pos-new-", dir="/tmp")).resolve()
    made.chmod(0o755)
    server.start(made / "postgres", server.FORGETFUL)
    yield made
    server.stop(made / "postgres")
    shutil.rmtree(made)


@contextmanager
def at(machine: Path, settings: Any) -> Iterator[None]:
    """Works with the database and the uploads of another machine."""
    ours, media = connection.settings_dict, settings.MEDIA_ROOT
    options = {name: value for name, value in ours["OPTIONS"].items() if name != "pool"}
    there = {"NAME": "pos", "USER": "pos", "PASSWORD": "", "HOST": str(machine / "postgres"), "PORT": ""}
    connection.close()
    connection.settings_dict = {**ours, **there, "OPTIONS": options}
    settings.MEDIA_ROOT = machine / "media"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict, settings.MEDIA_ROOT = ours, media


@pytest.fixture
def backups(tmp_path: Path, settings: Any, ana: User, shift: Shift, tea: Product) -> Path:
    """Two teas sold and a picture kept; then a backup."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "products").mkdir(parents=True)
    (settings.MEDIA_ROOT / "products" / "tea.webp").write_bytes(b"a picture")
    sell((tea, "2"), by=ana, cash="25.00")
    settings.BACKUP_FOLDER, settings.BACKUP_PASSPHRASE = tmp_path / "backups", PHRASE
    take(settings.BACKUP_FOLDER, PHRASE)
    return settings.BACKUP_FOLDER


def following(number: str) -> str:
    series, _, count = number.rpartition("-")
    return f"{series}-{int(count) + 1:0{len(count)}}"


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        return {name for (name,) in cursor.fetchall()}


def test_shop_restored_elsewhere_has_correct_books_and_continues_its_numbers(
    other_machine: Path, backups: Path, settings: Any, ana: User, tea: Product
) -> None:
    last, cursor = Bill.objects.latest("pk"), feed.now()
    sell((tea, "1"), by=ana, cash="12.50")  # after the backup: lost with the machine
    with at(other_machine, settings):
        call_command("restore")
        bill = sell((tea, "1"), by=ana, cash="12.50")
        assert (bill.number, Bill.objects.count()) == (following(last.number), 2)
        assert Stock.objects.get(product=tea).quantity == 7
        assert (other_machine / "media" / "products" / "tea.webp").read_bytes() == b"a picture"
        assert_books_are_right()
        with pytest.raises(feed.CursorGone):
            feed.read(cursor, feed.KINDS, 1)


def test_refused_restore_leaves_the_shop_as_it_was(
    other_machine: Path, backups: Path, settings: Any, ana: User, tea: Product
) -> None:
    (books,) = backups.glob("*.books")
    whole = books.read_bytes()
    with at(other_machine, settings):
        before = databases()
        settings.BACKUP_PASSPHRASE = "some other passphrase"
        assert "passphrase is not the one" in refused("restore")
        settings.BACKUP_PASSPHRASE = PHRASE
        books.write_bytes(whole[:-1])
        assert "damaged or not whole" in refused("restore")
        books.unlink()
        assert "missing from the backup" in refused("restore")
        assert "no such backup" in refused("restore", "--at", "2020-01-01")
        books.write_bytes(whole)
        (picture,) = [path for path in (backups / "media").rglob("*") if path.is_file()]
        picture.unlink()
        assert "missing from the backup" in refused("restore")
        assert databases() == before
        assert not list(other_machine.glob("media*"))
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE here_already ()")
        assert "books here already" in refused("restore")


def refused(*command: str) -> str:
    with pytest.raises(CommandError) as failed:
        call_command(*command)
    assert failed.value.returncode == 1
    return str(failed.value)
