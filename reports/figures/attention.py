"""What needs a person today: one card for each question, all counted by one statement.

A room adds its question by a row in `CARDS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.approvals import approvals
from accounts.models import User
from billing.basket import baskets
from billing.codes import unknown_codes
from billing.drawer import registers
from billing.models import JobState, OutboundJob, Register, Shift
from billing.outage import problems
from billing.receipts.signing import signing
from inventory.models import OPEN_ORDERS, CountSheet, Product, PurchaseOrder
from inventory.shelf import locations, low, oversold, transit
from pos import upkeep
from pos.clock import Now
from pos.models import UpkeepRun
from reports.models import OffReason, Webhook

Rows = Callable[[User], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Card:
    """A question, the rows that wait, and the page to deal with them.

    `in_badge` is for what stays wrong until somebody acts: the badge beside Desk counts these on every page, so their
    rows must be few or indexed. Approvals have a badge of their own.
    """

    title: str | Promise
    picture: str
    page: str
    rows: Rows
    search: str = ""
    in_badge: bool = False
    is_offered: Callable[[], bool] = lambda: True  # while nothing waits

    @property
    def address(self) -> str:
        return f"{reverse(self.page)}{self.search}"


def questions(manager: User) -> QuerySet[Any]:
    """The approvals this manager may answer."""
    return approvals.still_open().exclude(asker=manager)


def failed_papers(manager: User) -> QuerySet[OutboundJob]:
    # not "done" as well, for the index of the jobs not done
    return OutboundJob.objects.exclude(state=JobState.DONE).filter(state=JobState.FAILED)


def sold_without_stock(manager: User) -> QuerySet[Product]:
    return oversold.to_count()


def deliveries_due(manager: User) -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.filter(state__in=OPEN_ORDERS, due_on__lte=TruncDate(Now()))


def open_counts(manager: User) -> QuerySet[CountSheet]:
    """Sheets that are neither booked nor dropped."""
    return CountSheet.objects.filter(deeds__isnull=True)


def differences(manager: User) -> QuerySet[Shift]:
    """The last closed shift of each register, where the count was not what it should have been."""
    closes = Shift.objects.closed().filter(register=OuterRef("pk")).order_by("-pk")
    last = Register.objects.annotate(last_close=Subquery(closes.values("pk")[:1])).values("last_close")
    return Shift.objects.filter(pk__in=last).exclude(counted=F("expected"))


def failed_upkeep(manager: User) -> QuerySet[UpkeepRun]:
    """The last audit, backup or drill, if it failed."""
    return upkeep.troubles()


def hooks_off(manager: User) -> QuerySet[Webhook]:
    """Turned off by the shop itself, because the receiver or the feed was gone."""
    return Webhook.objects.exclude(off_reason__in=("", OffReason.MANAGER))


BADGE_SECONDS = 10
CARDS = (
    Card(_("Approvals waiting"), "done", "approvals", questions),
    Card(_("Outage sales to settle"), "warning", "report_outage", lambda _: problems.waiting(), in_badge=True),
    Card(_("Unknown codes"), "scan", "unknown_codes", lambda _: unknown_codes.waiting(), in_badge=True),
    Card(_("Books and backups"), "warning", "doctor", failed_upkeep, in_badge=True),
    Card(_("Without a signature"), "warning", "doctor", lambda _: signing.unsigned()),
    Card(
        _("Tills in training"),
        "warning",
        "admin:billing_register_changelist",
        lambda _: registers.in_training(),
        search="?is_training__exact=1",
    ),
    Card(_("Not printed or sent"), "print", "job_list", failed_papers, in_badge=True),
    Card(_("Web hooks turned off"), "warning", "webhooks", hooks_off, in_badge=True),
    Card(_("Unpaid baskets"), "basket", "store_baskets", lambda _: baskets.unpaid()),
    Card(_("Sold without stock"), "box", "report_oversold", sold_without_stock),
    Card(
        _("Running low"), "box", "goods", lambda _: low.places(low.LOW & low.ON_SALE), search="?lacks=low&on_sale=yes"
    ),
    Card(_("Deliveries due"), "box", "orders", deliveries_due),
    Card(
        _("Transfers on the way"),
        "box",
        "transfers",
        lambda _: transit.unfinished(),
        is_offered=locations.are_several,
    ),
    Card(_("Counts to book"), "scan", "counts", open_counts),
    Card(_("Differences at the last close"), "drawer", "z_list", differences),
)


def counted(cards: Iterable[Card], manager: User) -> list[tuple[Card, int]]:
    """Each card with how many rows wait."""
    shown = list(cards)
    asked = [card.rows(manager).order_by().values("pk").query.sql_with_params() for card in shown]
    columns = ", ".join(f"(SELECT count(*) FROM ({sql}) AS waiting)" for sql, _values in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _sql, values in asked for value in values])
        return list(zip(shown, cursor.fetchone(), strict=True))


def in_badge(manager: User) -> int:
    """What the badge beside Desk counts. Every page shows it, so it may be ten seconds old; not on the desk itself."""
    return int(cache.get_or_set(_badge_key(manager), lambda: _counted_for_badge(manager), BADGE_SECONDS) or 0)


def count_badge_anew(manager: User) -> None:
    cache.delete(_badge_key(manager))


def _badge_key(manager: User) -> str:
    return f"desk-badge:{manager.pk}"


def _counted_for_badge(manager: User) -> int:
    return sum(count for _card, count in counted((card for card in CARDS if card.in_badge), manager))
