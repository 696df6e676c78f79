"""An S3 address that gets what the folder of the backups has, and from which a shop is brought back."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
from django.conf import settings
from django.utils.translation import gettext as _
from obstore.exceptions import BaseError
from obstore.store import S3Store

from pos.backups import keeping
from pos.backups.folder import BOOKS, HALF, MANIFEST, MEDIA, chosen, time_in, unwritten
from pos.backups.programs import last_words
from pos.backups.trouble import BackupTrouble
from pos.backups.wal.kept import BASE, PIECE, SEGMENT, START, WAL

SCHEME = "s3://"
MARGIN = timedelta(days=1)  # what a base backup needs of the WAL was sent no longer before it
# A plain http:// is spoken only where AWS_ENDPOINT_URL says so; what goes there is sealed.
CLIENT = {"timeout": "60s", "connect_timeout": "5s", "allow_http": True}
RETRIES = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
Sent = dict[str, tuple[int, datetime]]  # the size and the time of each


def is_address(place: str) -> bool:
    return place.startswith(SCHEME)


def send(folder: Path, address: str) -> int:
    """Sends what is not there yet, and removes what the plans do not keep; returns how many files went out.

    A folder that was emptied empties nothing there: what goes is reckoned from what is there alone.
    """
    with asked(address) as store:
        there, count = listed(store), 0
        for path in outgoing(folder):
            with suppress(FileNotFoundError):  # the plan, or a whole segment, has taken its place meanwhile
                name, size = name_of(path, folder), path.stat().st_size
                if name not in there or there[name][0] != size:
                    obstore.put(store, name, path)
                    there[name] = size, datetime.now(UTC)
                    count += 1
        if gone := superfluous(there, datetime.now(UTC), timedelta(days=settings.WAL_DAYS)):
            obstore.delete(store, gone)
    return count


@contextmanager
def asked(address: str) -> Iterator[S3Store]:
    access = {name: value for name, value in settings.ADDRESS_ACCESS.items() if value}
    try:
        yield S3Store.from_url(address.rstrip("/"), config=access, client_options=CLIENT, retry_config=RETRIES)  # type: ignore[arg-type]
    except (BaseError, ValueError) as error:
        reason = next(iter(str(error).strip().splitlines()), "")
        raise BackupTrouble(
            _("%(address)s cannot be used: %(reason)s") % {"address": address, "reason": last_words(reason.encode())}
        ) from None


def listed(store: S3Store) -> Sent:
    found = (meta for lot in obstore.list(store) for meta in lot)
    return {meta["path"]: (meta["size"], meta["last_modified"]) for meta in found}


def outgoing(folder: Path) -> list[Path]:
    """Manifests last: what is there under one is whole."""
    kept = [*folder.glob(f"*{BOOKS}"), *(folder / MEDIA).rglob("*"), *(folder / WAL).rglob("*")]
    files = [path for path in kept if path.is_file() and not path.name.startswith(".") and path.suffix != HALF]
    return [*sorted(files, key=lambda path: (path.suffix == START, path.name)), *sorted(folder.glob(f"*{MANIFEST}"))]


def name_of(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def superfluous(there: Sent, now: datetime, back: timedelta) -> list[str]:
    """What the plans do not keep. Pictures stay: which backup names them is sealed."""
    manifests = {time_in(Path(name)): Path(name) for name in there if name.endswith(MANIFEST)}
    keep = keeping.kept(manifests, now)
    gone = [path.with_suffix(end) for at, path in manifests.items() if at not in keep for end in (MANIFEST, BOOKS)]
    starts = {time_in(Path(name)): Path(name) for name in there if name.endswith(START)}
    keep = keeping.bases_kept(starts, now, back)
    gone += [path.with_suffix(end) for at, path in starts.items() if at not in keep for end in (START, BASE)]
    gone += superseded(there, min((there[starts[at].as_posix()][1] for at in keep), default=None))
    return [path.as_posix() for path in gone if path.as_posix() in there]


def superseded(there: Sent, oldest_base: datetime | None) -> Iterator[Path]:
    """Pieces of a segment that is there as a whole, and what no base backup needs."""
    for name, (_size, at) in there.items():
        path = Path(name)
        if not (named := PIECE.fullmatch(path.name)):
            continue
        is_merged = named["end"] is not None and path.with_name(f"{named['segment']}{SEGMENT}").as_posix() in there
        is_old = oldest_base is not None and at < oldest_base - MARGIN
        if is_merged or is_old:
            yield path


@contextmanager
def at_hand(place: str | None) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """The folder named, the shop's own, or one with what is at an address; and what brings a large file of it."""
    if place and is_address(place):
        with brought(place) as found:
            yield found
    else:
        yield chosen(Path(place) if place else None), Path.exists


@contextmanager
def brought(address: str) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """A folder with all that is there but books and base backups, and what brings one of those too."""
    folder = settings.DATA_DIR / "fetched"
    shutil.rmtree(folder, ignore_errors=True)
    with asked(address) as store:
        names = set(listed(store))
    if not names:
        raise BackupTrouble(_("There is no such backup in %(folder)s.") % {"folder": address})
    try:
        folder.mkdir(parents=True, mode=0o700)
        fetch(address, folder, {name for name in names if not name.endswith((BOOKS, BASE))})
        yield folder, lambda path: fetch(address, folder, names & {name_of(path, folder)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetch(address: str, folder: Path, names: Iterable[str]) -> None:
    try:
        with asked(address) as store:
            for name in names:
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as out:
                    out.writelines(obstore.get(store, name).stream())
    except OSError as error:
        raise BackupTrouble(unwritten(folder, error)) from None
