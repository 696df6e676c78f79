"""The journals of several days as files for an accountant. Only days that are final are handed over."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid, Refused
from pos.exports import Table
from reports.figures.periods import Period
from reports.journal import datev, days
from reports.journal.days import Document
from reports.models import JournalDay

MOST_DAYS = 366


class NotFinal(Refused):
    code = "not_final"
    message = _("The journal of %(day)s may still change: the day is not over, or a shift of it is open.")


def handed_over(period: Period) -> list[Document]:
    if len(period.days) > MOST_DAYS:
        raise Invalid("to", _("At most %(days)s days at once.") % {"days": MOST_DAYS})
    if early := days.not_final(period):
        raise NotFinal(NotFinal.message % {"day": date_format(early)}, day=early.isoformat())
    return [days.handed_over(day) for day in period.days]


def table(period: Period) -> Table:
    """One row for each line, in the shop's language whoever asks."""
    documents = handed_over(period)
    with translation.override(settings.LANGUAGE_CODE):
        columns = [
            (gettext("Day"), itemgetter("date")),
            (gettext("Entry"), itemgetter("number")),
            (gettext("Account"), itemgetter("account")),
            (gettext("Account name"), itemgetter("name")),
            (gettext("Note"), itemgetter("note")),
            (gettext("Tax key"), itemgetter("tax_key")),
            (gettext("Debit"), itemgetter("debit")),
            (gettext("Credit"), itemgetter("credit")),
        ]
        return Table(f"{gettext('Journal')} {period.start} {period.last}", columns, rows(documents))


def rows(documents: list[Document]) -> Iterator[dict[str, Any]]:
    for document in documents:
        for entry in document["entries"]:
            for line in entry["lines"]:
                yield {"date": document["date"], "number": entry["number"], **line}


def for_datev(period: Period) -> bytes:
    documents = handed_over(period)
    first_given = JournalDay.objects.filter(day__gte=period.start, day__lt=period.end).latest("at").at
    return datev.written(documents, period, f"{timezone.localtime(first_given):%Y%m%d%H%M%S%f}"[:17])
