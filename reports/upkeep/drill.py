"""The weekly drill: the newest backup is restored into a server of its own; its books are audited there, and held
against their seals."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pos import upkeep
from pos.backups import folder
from pos.backups.folder import Backup
from pos.backups.restoring import Database, load, refuse_damaged, refuse_unfit
from pos.backups.sealed import opened
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import moments
from pos.embedded import server
from pos.embedded.owner import CannotStart
from pos.models import UpkeepKind
from reports.upkeep.proof import prove, prove_seals

EVERY = timedelta(days=7)
TIMES_THE_ARCHIVE = 12  # what restored books take beside their compressed archive


def drill_when_due() -> bool:
    """Drills if that is due: a week after the last good one, every night after a failed one."""
    due = upkeep.tonight() if settings.BACKUP_FOLDER else None
    good = upkeep.last_good(UpkeepKind.DRILL)
    if due is None or (good and good.due > due - EVERY):
        return False
    run = upkeep.begin(UpkeepKind.DRILL, due)
    if run is None:
        return False
    deed = partial(drill, folder.chosen(), settings.BACKUP_PASSPHRASE)
    upkeep.carry_out(run, deed, says=_("Restored, and the books and their seals are right."))
    return True


def drill(place: Path, passphrase: str) -> dict[str, Any]:
    """Restores the newest backup, and the newest moment of the WAL, and proves their books. Raises BackupTrouble;
    leaves nothing behind either way."""
    backup = folder.wanted(place)
    said = backup.said(passphrase)
    refuse_unfit(said)
    refuse_damaged(backup, said)
    with scratch_server(backup) as books:
        load(backup, passphrase, books)
        facts = proved(books, books | {"USER": server.SHOP})
    read_media(backup, said["media"], passphrase)
    facts |= {"backup": backup.taken_at.isoformat(), "uploads": len(said["media"])}
    return facts | (drill_wal(place, passphrase) if moments.all_bases(place) else {})


def drill_wal(place: Path, passphrase: str) -> dict[str, Any]:
    base = moments.base_for(place, None)
    with moments.recovered(base, None, passphrase, settings.DATA_DIR / "drill") as found:
        proved(found.database | {"USER": moments.owner_in(found.database)}, found.database)
    return {"moment": found.at.isoformat()}


def proved(owner: Database, shop: Database) -> dict[str, Any]:
    return {"checked": prove(owner, shop), "seals": prove_seals(owner, shop)}


@contextmanager
def scratch_server(backup: Backup) -> Iterator[Database]:
    place = settings.DATA_DIR / "drill"
    data = place / "postgres"
    moments.clear(data)
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    wanted = backup.content.stat().st_size * TIMES_THE_ARCHIVE
    if shutil.disk_usage(place).free < wanted:
        raise BackupTrouble(
            _("The drill needs %(wanted)s MB free in %(folder)s.")
            % {"wanted": wanted // 1_000_000 + 1, "folder": settings.DATA_DIR}
        )
    try:
        server.start(data, server.FORGETFUL)
        yield {"NAME": "pos", "USER": server.OWNER, "HOST": str(server.socket_directory(data)), "PASSWORD": ""}
    except CannotStart as trouble:
        raise BackupTrouble(str(trouble)) from None
    finally:
        moments.clear(data)


def read_media(backup: Backup, names: dict[str, str], passphrase: str) -> None:
    for kept in set(names.values()):
        with folder.readable(folder.media_path(backup.manifest.parent, kept)) as file:
            for _chunk in opened(file, passphrase):
                pass
