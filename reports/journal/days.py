"""The journal of a business day. It is final once the day is over and its shifts are closed, and then kept as it was
first handed over."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from billing.models import Bill, Shift
from pos import calendar, clock
from pos.errors import Refused
from pos.models import StoreSettings
from pos.money import ZERO, text
from reports.figures.periods import Period
from reports.journal import facts, postings
from reports.journal.accounts import Numbers, spoken
from reports.journal.liabilities import owed
from reports.journal.postings import Posting
from reports.models import JournalDay

Document = dict[str, Any]
SETTLED = timedelta(minutes=5)  # what was being written at the cut-off hour has been written by then


class NotBalanced(Refused):
    code = "journal_not_balanced"
    message = _("The journal of this day does not balance, so the books were changed by hand. The audit says where.")


def of(day: date) -> Document:
    """The journal as handed over before, or as it would be now."""
    kept = JournalDay.objects.filter(day=day).first()
    return kept.document if kept else drawn_up(day)


@transaction.atomic
def handed_over(day: date) -> Document:
    """The journal for an accountant. That of a closed day is kept, and the same whenever it is asked for again."""
    document = of(day)
    if wrong := [entry["number"] for entry in document["entries"] if not entry["balanced"]]:
        raise NotBalanced(entries=wrong)
    if document["final"]:
        JournalDay.objects.bulk_create([JournalDay(day=day, document=document)], ignore_conflicts=True)
    return of(day)


def not_final(period: Period) -> date | None:
    """The first day of the period whose journal may still change."""
    kept = set(JournalDay.objects.filter(day__gte=period.start, day__lt=period.end).values_list("day", flat=True))
    return next((day for day in period.days if day not in kept and not is_final(day)), None)


def is_final(day: date) -> bool:
    """Nothing can be added to the day any more: it is over, and every shift it had is closed."""
    over = calendar.beginning(day + timedelta(days=1), StoreSettings.in_force().cutoff_hour)
    if clock.now() < over + SETTLED:
        return False
    its_own = Shift.objects.open().filter(business_date=day)
    in_open_shifts = Bill.objects.filter(shift__closed_at=None)
    sold = in_open_shifts.filter(business_date=day, outage__booked_on=None)
    booked = in_open_shifts.filter(outage__booked_on=day)
    return not any(added.exists() for added in (its_own, sold, booked))


def drawn_up(day: date) -> Document:
    """Names of accounts are written in the shop's language, not in the reader's."""
    numbers = Numbers()
    with translation.override(settings.LANGUAGE_CODE):
        entries = [entry_of(shift, found, numbers) for shift, found in facts.of_day(day).items()]
        corrected = facts.corrections(day)
        entries.append(entry(day.isoformat(), postings.of_corrections(corrected.cards, corrected.points), numbers))
    entries = [entry for entry in entries if entry["lines"] or entry["z"]]
    return {
        "date": day.isoformat(),
        "currency": settings.CURRENCY,
        "final": is_final(day),
        "entries": entries,
        "owed": [
            {
                "kind": row.kind,
                **{
                    name: text(getattr(row, name)) for name in ("opening", "issued", "redeemed", "corrected", "closing")
                },
            }
            for row in owed(day)
        ],
    }


def entry_of(shift: Shift, found: postings.Facts, numbers: Numbers) -> Document:
    """The entry of a shift has the number of its Z."""
    z = shift.z.number if not shift.is_open else None
    number = f"{shift.register.code}-Z{z:06d}" if z else f"{shift.register.code}-X{shift.pk}"
    return entry(number, postings.of_shift(found), numbers, register=shift.register.code, z=z)


def entry(
    number: str, found: Sequence[Posting], numbers: Numbers, *, register: str = "", z: int | None = None
) -> Document:
    return {
        "number": number,
        "balanced": postings.is_balanced(found),
        "register": register,
        "z": z,
        "lines": [line(posting, numbers) for posting in found],
        "sum": text(sum((posting.amount for posting in found if posting.amount > 0), ZERO)),
    }


def line(posting: Posting, numbers: Numbers) -> Document:
    account = numbers.of(posting.role, posting.detail)
    return {
        "account": account.number,
        "tax_key": account.tax_key,
        "role": posting.role,
        "detail": posting.detail,
        "name": spoken(posting.role, posting.detail),
        "note": posting.note,
        "debit": text(max(posting.amount, ZERO)),
        "credit": text(max(-posting.amount, ZERO)),
    }
