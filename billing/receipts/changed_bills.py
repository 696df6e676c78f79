"""Bills in order of change, page by page: a sale changes when goods of it come back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from billing.models import Bill
from billing.receipts.page_of_bills import bare
from pos.keyset import Place

LATER = Q(at__gt=OuterRef("at"))


@dataclass(frozen=True, slots=True)
class ChangedBills:
    """Bills written since then, and sales of which goods came back since then. `filters` are fields of the bills."""

    since: datetime
    filters: Mapping[str, Any]

    def rows_of(self, place: Place) -> list[Bill]:
        """The page's rows and one more, ordered by `changed_at`, the later of both moments, and id. The bills and the
        refunds are read by the index of their time, and only those a page can hold: never all since then."""
        written = list(replace(place, ordering=("at", "id")).rows_of(self._unchanged()))
        refunds = self._last_refunds()
        if len(written) > place.size:
            refunds = refunds.filter(**{"at__gte" if place.backward else "at__lte": written[-1].at})
        last = dict(replace(place, ordering=("at", "original_id")).rows_of(refunds).values_list("original_id", "at"))
        found = [*written, *bare().filter(pk__in=last)]
        for bill in found:
            bill.changed_at = last.get(bill.pk, bill.at)
        found.sort(key=lambda bill: (bill.changed_at, bill.pk), reverse=place.backward)
        return found[: place.size + 1]

    def _unchanged(self) -> QuerySet[Bill]:
        later = Bill.objects.filter(LATER, original=OuterRef("pk"))
        return bare().filter(~Exists(later), at__gte=self.since, **self.filters)

    def _last_refunds(self) -> QuerySet[Bill]:
        """The last refund of each sale, if it came later than the sale."""
        later = Bill.objects.filter(LATER | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")), original=OuterRef("original"))
        of_sales = {f"original__{name}": value for name, value in self.filters.items()}
        return Bill.objects.filter(~Exists(later), at__gte=self.since, at__gt=F("original__at"), **of_sales)
