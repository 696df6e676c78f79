"""Writes the closings of a period as one ZIP file of DSFinV-K. Closed shifts never change, so neither does what is
written of them."""

import csv
import gzip
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from dsfinvk.fields import StringField  # type: ignore[import-untyped]
from dsfinvk.table import Model  # type: ignore[import-untyped]

from pos.errors import Refused
from pos.models import StoreSettings
from reports.figures.periods import Period
from reports.tax_office import index, reading
from reports.tax_office.closing import Closing
from reports.tax_office.records import TABLES, of_bon, of_signature

QUICKLY = 1  # the parts are only kept until they are packed for good


class NothingClosed(Refused):
    code = "nothing_closed"
    message = gettext_lazy("No shift that began in these days was closed: there is nothing to hand over.")


@dataclass(slots=True)
class Written:
    closings: int = 0
    bons: int = 0


def to_nobody(bons: int) -> None:
    """Default for `tell`: does nothing."""


def write(period: Period, file: Path, tell: Callable[[int], None] = to_nobody) -> Written:
    """Each shift's Bons are written as they are read; `tell` is given how many there are so far."""
    if not reading.shifts(period).exists():
        raise NothingClosed(NothingClosed.message)
    done = Written()
    with (
        translation.override(settings.LANGUAGE_CODE),
        TemporaryDirectory(dir=file.parent, prefix=".dsfinvk-") as folder,
    ):
        with Parts.opened(Path(folder)) as parts:
            for shift in reading.shifts(period):
                closing = Closing.of(shift)
                group = shift.register.location.name if shift.register.location else ""
                for bon in reading.bons(shift):
                    parts.add(of_bon(bon, closing.add(bon), closing.place, group))
                    if made := bon.signature:
                        parts.add([of_signature(made, closing.device_of(made.serial), bon.id, closing.place)])
                    done.bons += 1
                    if done.bons % reading.LOT == 0:
                        tell(done.bons)
                parts.add(closing.records())
                done.closings += 1
        pack(Path(folder), file)
    tell(done.bons)
    return done


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of the archive, all open at once: a Bon adds to many of them."""

    writers: dict[str, Any]

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator["Parts"]:
        with ExitStack() as files:
            writers = {}
            for table in TABLES:
                part = files.enter_context(
                    gzip.open(folder / table._filename, "wt", QUICKLY, encoding="utf-8", newline="")
                )
                writers[table._filename] = csv.writer(part, delimiter=index.DELIMITER, lineterminator=index.LINE_END)
                writers[table._filename].writerow([field.name for field in table._fields])
            yield cls(writers)

    def add(self, records: Iterable[Model]) -> None:
        for record in records:
            self.writers[record._filename].writerow([cell(record, field) for field in record._fields])


def cell(record: Model, field: Any) -> str:
    """The field's text, on one line and no longer than the standard allows."""
    text = getattr(record, field.name)
    if not text:
        return ""
    if isinstance(field, StringField):
        return " ".join(str(text).replace("\0", "").split())[: field.max_length]
    return str(text)


def pack(folder: Path, file: Path) -> None:
    """The archive appears under its name only when it is whole."""
    terms = StoreSettings.in_force()
    comment = _("DSFinV-K of closed shifts. History imported from an earlier system is left out.")
    unfinished = folder / "archive"
    with ZipFile(unfinished, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        for table in TABLES:
            with (
                gzip.open(folder / table._filename) as part,
                archive.open(table._filename, "w", force_zip64=True) as out,
            ):
                shutil.copyfileobj(part, out)
        archive.writestr("index.xml", index.written(TABLES, terms.shop_name, terms.shop_address, comment))
        archive.writestr(index.DTD_NAME, index.DTD)
    unfinished.replace(file)
