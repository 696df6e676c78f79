"""How it was paid: by tender and day, what was taken, given back and handed out as change, and the drawers' counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.timezone import get_current_timezone_name

from billing.models import Shift, Tender
from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures.dimensions import BESIDE_TENDERS, DIMENSIONS
from reports.figures.measures import Sums
from reports.figures.periods import Period
from reports.figures.question import Question, answer, union
from reports.rollups import freshness
from reports.rollups.sources import DAY, TENDERS


@dataclass(frozen=True, slots=True)
class Paid:
    """`taken` is what customers handed over, `stays` the part of the revenue that was paid so."""

    taken: Decimal = ZERO
    given_back: Decimal = ZERO
    change: Decimal = ZERO

    @property
    def stays(self) -> Decimal:
        return self.taken - self.given_back - self.change

    def __add__(self, other: "Paid") -> "Paid":
        return Paid(self.taken + other.taken, self.given_back + other.given_back, self.change + other.change)


def of(code: str, sums: Sums) -> Paid:
    """Points and the like are no tender: nothing is handed over and no change given."""
    change = ZERO if code in BESIDE_TENDERS else sums["received"] - sums["revenue"]
    return Paid(sums["revenue"] + change + sums["refunded"], sums["refunded"], change)


def together(sums: Sums) -> Paid:
    """All ways to pay, of the sums of whole bills."""
    return Paid(sums["revenue"] + sums["change"] + sums["refunded"], sums["refunded"], sums["change"])


def by_tender(period: Period) -> dict[str, Paid]:
    """In the order the till shows them, then what is no tender."""
    rows = answer(Question(period, DIMENSIONS["tender"])).rows
    order = [*Tender.objects.order_by("position").values_list("pk", flat=True), *BESIDE_TENDERS]
    return {code: of(code, rows[code]) for code in order if code in rows and any(rows[code].values())}


def by_day(period: Period) -> dict[str, dict[date, Paid]]:
    """Of each way to pay its days, in order; all are read once."""
    asked: dict[str, Any] = {"zone": get_current_timezone_name()}
    read = union(TENDERS, {"tender", "day"}, freshness.cover(period.start, period.end, [DAY]), asked)
    sums = ", ".join(f"sum({name})" for name in TENDERS.sums)
    found: dict[str, dict[date, Paid]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tender, day, {sums} FROM ({read}) u GROUP BY 1, 2 ORDER BY 2", asked)
        for code, day, *amounts in cursor.fetchall():
            found.setdefault(code, {})[day] = of(code, dict(zip(TENDERS.sums, amounts, strict=True)))
    return found


def differences(period: Period) -> Mapping[date, Decimal]:
    """Counted less expected, of the shifts that began on each day and are closed."""
    closed = Shift.objects.closed().filter(business_date__gte=period.start, business_date__lt=period.end).order_by()
    sums = closed.values("business_date").annotate(sum=Sum(F("counted") - F("expected")))
    return {row["business_date"]: row["sum"] for row in sums}
