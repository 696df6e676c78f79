"""The file each seal is noted in, outside of the database: who cuts off the end of the books cannot cut off its end.

A line is the number and the digest of a seal, or `restored` and the number of the newest seal of books that were
brought back from a backup: seals made after that backup are gone with good reason.
"""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from reports.sealing.signing import SealTrouble, unwritten

RESTORED = "restored"


def path() -> Path:
    return Path(settings.SEAL_LOG)


def note(number: int, digest: str) -> None:
    write(f"{number} {digest}")


def note_restore(newest: int) -> None:
    write(f"{RESTORED} {newest}")


def write(line: str) -> None:
    try:
        with path().open("a") as log:
            log.write(f"{line}\n")
    except OSError as error:
        raise unwritten(path(), error) from None


def noted() -> dict[int, str]:
    """The digest of each seal that should be in the books."""
    found: dict[int, str] = {}
    try:
        lines = path().read_text().splitlines() if path().exists() else []
        for line in lines:
            first, second = line.split()
            if first == RESTORED:
                found = {number: digest for number, digest in found.items() if number <= int(second)}
            else:
                found[int(first)] = second
    except (OSError, ValueError):
        raise SealTrouble(_("The file of the seals, %(file)s, cannot be read.") % {"file": path()}) from None
    return found
