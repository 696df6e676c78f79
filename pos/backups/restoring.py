"""Brings a backup back. Everything is built and proved beside the shop; only then do the two change places, at once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import sql

from pos.backups.folder import Backup, digest, media_path, readable, unwritten
from pos.backups.programs import environment, last_words, owners_database, program, reached, shops_database, url
from pos.backups.sealed import opened
from pos.backups.trouble import BackupTrouble

MAINTENANCE = "postgres"
FORMATS = {1}
Database = dict[str, Any]
Prove = Callable[[Database, Database], object]


@dataclass(frozen=True, slots=True)
class Restored:
    kept_database: str
    kept_media: Path | None


def restore(backup: Backup, passphrase: str, *, prove: Prove, replaces: bool) -> Restored:
    """Puts the backup in the place of the shop's books and uploads, which are kept under other names.

    `prove` looks at the restored books as (owner, shop) and raises BackupTrouble if they are not to be taken.
    """
    refuse_books_here(replaces=replaces)
    said = backup.said(passphrase)
    refuse_unfit(said)
    refuse_damaged(backup, said)
    with draft_media(backup.manifest.parent, said["media"], passphrase) as media:
        return put_in_place(media, partial(load, backup, passphrase), prove=prove)


def refuse_books_here(*, replaces: bool) -> None:
    if not replaces and has_tables(owners_database()):
        raise BackupTrouble(_("There are books here already. Say --replace to put the backup in their place."))


def put_in_place(media: Path, load: Callable[[Database], None], *, prove: Prove) -> Restored:
    """Loads books into an empty database beside the shop's; they change places once they are proved."""
    owner, shop = owners_database(), shops_database()
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    draft = f"{owner['NAME']}_draft_{stamp}"
    with draft_database(owner, draft):
        load(owner | {"NAME": draft})
        prove(owner | {"NAME": draft}, shop | {"NAME": draft})
        end_the_feed(owner, draft)
        kept_media = change_folders(media, stamp)
        try:
            kept = change_places(owner, draft, f"{owner['NAME']}_before_{stamp}")
        except BaseException:
            change_folders_back(media, kept_media)
            raise
        return Restored(kept, kept_media)


def refuse_unfit(said: Mapping[str, Any]) -> None:
    if said.get("format") not in FORMATS or unknown_migrations(said["migrations"]):
        raise BackupTrouble(
            _("This backup was made by version %(theirs)s, which is newer than this one. Install that version first.")
            % {"theirs": said.get("version", "?")}
        )
    if said["currency"] != settings.CURRENCY:
        raise BackupTrouble(
            _("These books are in %(theirs)s, and this shop is set to %(ours)s. Set CURRENCY first.")
            % {"theirs": said["currency"], "ours": settings.CURRENCY}
        )


def refuse_damaged(backup: Backup, said: Mapping[str, Any]) -> None:
    if digest(backup.content) != said["books"]["sha256"]:
        raise BackupTrouble(_("The backup is damaged or not whole. Take the one before."))


def unknown_migrations(applied: Iterable[Sequence[str]]) -> list[str]:
    """Migrations of the books that this code does not have: it is older than they are."""
    known = MigrationLoader(None)
    names = set(known.disk_migrations) | {old for new in known.disk_migrations.values() for old in new.replaces}
    apps = {app for app, _name in names}
    return sorted(f"{app}.{name}" for app, name in applied if app in apps and (app, name) not in names)


def has_tables(database: Database) -> bool:
    with connected(database, database["NAME"]) as connection:
        asked = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        found = connection.execute(asked).fetchone()
    return bool(found and found[0])


@contextmanager
def connected(database: Database, name: str = MAINTENANCE) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(**reached(database, name), autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupTrouble(
            _("The database refused: %(reason)s") % {"reason": last_words(str(error).encode())}
        ) from None


@contextmanager
def draft_database(owner: Database, draft: str) -> Iterator[None]:
    """An empty database, dropped again unless it has changed its name by the end."""
    with connected(owner) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(draft)))
    try:
        yield
    finally:
        with suppress(BackupTrouble), connected(owner) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))


def load(backup: Backup, passphrase: str, database: Database) -> None:
    with readable(backup.content) as file:
        load_from(opened(file, passphrase), database)


def load_from(chunks: Iterable[bytes], database: Database) -> None:
    """Hands what pg_dump wrote to pg_restore."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "--dbname", database["NAME"]]
    with TemporaryFile() as said:
        loading = subprocess.Popen(command, env=environment(database), stdin=subprocess.PIPE, stderr=said)
        try:
            assert loading.stdin
            with suppress(BrokenPipeError), loading.stdin:
                for chunk in chunks:
                    loading.stdin.write(chunk)
            if loading.wait():
                said.seek(0)
                raise BackupTrouble(_("The books were not taken: %(reason)s") % {"reason": last_words(said.read())})
        finally:
            loading.kill()
            loading.wait()


def end_the_feed(owner: Database, draft: str) -> None:
    """Who follows the feed has read what is undone now, and begins with a snapshot."""
    with connected(owner, draft) as connection, connection.transaction():
        connection.execute("DELETE FROM pos_change")
        connection.execute("DELETE FROM pos_feedera")


@contextmanager
def draft_media(folder: Path, names: Mapping[str, str], passphrase: str) -> Iterator[Path]:
    """The uploads in a folder beside the shop's, removed again unless it has changed its name by the end."""
    draft = media_root().with_name(f"{media_root().name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        for name, kept in names.items():
            target = draft / name
            if not target.resolve().is_relative_to(draft.resolve()):
                raise BackupTrouble(_("The backup is damaged or not whole. Take the one before."))
            target.parent.mkdir(parents=True, exist_ok=True)
            with readable(media_path(folder, kept)) as file, target.open("wb") as out:
                out.writelines(opened(file, passphrase))
        yield draft
    except OSError as error:
        raise BackupTrouble(unwritten(draft, error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def media_root() -> Path:
    return Path(settings.MEDIA_ROOT)


def change_places(owner: Database, draft: str, before: str) -> str:
    """Both names change in one transaction. Returns what the shop's books before are called now."""
    name = owner["NAME"]
    alter = "ALTER DATABASE {} {}"

    def altered(database: str, how: sql.Composable) -> sql.Composed:
        return sql.SQL(alter).format(sql.Identifier(database), how)

    with connected(owner) as connection:
        connection.execute(altered(name, sql.SQL("ALLOW_CONNECTIONS false")))
        try:
            ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)"
            connection.execute(ended, [[name, draft]])
            with connection.transaction():
                connection.execute(altered(name, sql.SQL("RENAME TO {}").format(sql.Identifier(before))))
                connection.execute(altered(draft, sql.SQL("RENAME TO {}").format(sql.Identifier(name))))
        except psycopg.Error:
            connection.execute(altered(name, sql.SQL("ALLOW_CONNECTIONS true")))
            raise
        connection.execute(altered(before, sql.SQL("ALLOW_CONNECTIONS true")))
    return before


def change_folders(draft: Path, stamp: str) -> Path | None:
    """Returns where the uploads before are now."""
    root, kept = media_root(), None
    if root.exists():
        kept = root.with_name(f"{root.name}.before-{stamp}")
        root.rename(kept)
    draft.rename(root)
    return kept


def change_folders_back(draft: Path, kept: Path | None) -> None:
    media_root().rename(draft)
    if kept:
        kept.rename(media_root())


def manage(owner: Database, shop: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs manage.py over other books than the shop's."""
    over = {
        "DATABASE_URL": url(shop),
        "DATABASE_PASSWORD": shop.get("PASSWORD") or "",
        "DATABASE_OWNER_URL": "" if owner["USER"] == shop["USER"] else url(owner),
        "DATABASE_OWNER_PASSWORD": owner.get("PASSWORD") or "",
        "DATABASE_POOL": "2",
        "SECRET_KEY": settings.SECRET_KEY,
        "SEAL_KEY_FILE": settings.SEAL_KEY_FILE,
        "SEAL_LOG": settings.SEAL_LOG,
        "DJANGO_SETTINGS_MODULE": "pos.settings",
    }
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=os.environ | over,
        capture_output=True,
        text=True,
        check=False,
    )


def brought_up_to_date(owner: Database, shop: Database) -> None:
    """Runs the migrations the books lack, and gives the shop's role its rights."""
    migrated = manage(owner, shop, "migrate", "--noinput", "--verbosity", "0")
    if migrated.returncode:
        raise BackupTrouble(
            _("The books could not be brought up to date: %(reason)s")
            % {"reason": last_words(migrated.stderr.encode())}
        )
