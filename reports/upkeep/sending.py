"""The worker sends what the folder of the backups gained to another place."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pos.backups import away
from pos.backups.folder import chosen
from pos.models import UpkeepKind
from reports.upkeep.jobs import is_time, noted_at_times

SEND_EVERY = 60.0


def send_away() -> bool:
    return is_time("away", SEND_EVERY) and send_away_when_due()


def send_away_when_due() -> bool:
    is_set_up = bool(settings.BACKUP_FOLDER and settings.BACKUP_ADDRESS)
    return is_set_up and noted_at_times(UpkeepKind.AWAY, sent_away, says=_("Sent."))


def sent_away() -> dict[str, Any]:
    return {"files": away.send(chosen(), settings.BACKUP_ADDRESS)}
