"""The worker sends what the folder of the backups gained to another place."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pos import clock, upkeep
from pos.backups import away
from pos.backups.folder import chosen
from pos.backups.trouble import BackupTrouble
from pos.models import UpkeepKind
from reports.upkeep.jobs import NOTE_EVERY, floor, is_time

SEND_EVERY = 60.0


def send_away() -> bool:
    return is_time("away", SEND_EVERY) and send_away_when_due()


def send_away_when_due() -> bool:
    """Sends at every look, and notes the result every few minutes."""
    if not (settings.BACKUP_FOLDER and settings.BACKUP_ADDRESS):
        return False
    run = upkeep.begin(UpkeepKind.AWAY, floor(clock.now(), NOTE_EVERY))
    if run:
        upkeep.carry_out(run, sent_away, says=_("Sent."))
    else:
        with suppress(BackupTrouble, OSError):  # the next note tells
            sent_away()
    return run is not None


def sent_away() -> dict[str, Any]:
    return {"files": away.send(chosen(), settings.BACKUP_ADDRESS)}
