"""Loads the demo shop, once: people and products, then three weeks of trade up to now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from accounts import trail
from accounts.models import AuditEntry, User
from billing.models import Bill
from demo import ahead, days, opening, people
from demo.customers import SEED
from demo.days import Shop
from inventory.models import Product
from pos import clock
from pos.errors import Refused
from pos.models import StoreSettings

DAYS = 21
FOUNDED, FOUNDING_MEMBERS = 63, 18
LOADED, BEGUN = "demo.loaded", "demo.begun"


class NotEmpty(Refused):
    code = "not_empty"
    message = "This shop has goods or bills of its own. The demo shop goes into an empty one."


def is_loaded() -> bool:
    return AuditEntry.objects.filter(action=LOADED).exists()


def is_begun() -> bool:
    """Also true if an earlier load was interrupted: the ledgers cannot be emptied, so such a shop stays as it is."""
    return AuditEntry.objects.filter(action=BEGUN).exists()


def load(tell: Callable[[str], None]) -> None:
    """Loads everything; refuses a shop that is not empty."""
    if User.objects.exists() or Product.objects.exists() or Bill.objects.exists():
        raise NotEmpty
    trail.record(None, BEGUN, "demo shop")
    with override_settings(PASSWORD_HASHERS=["demo.hashing.Quick"]), not_waiting_for_the_disk(), ahead.drawn() as drawn:
        load_into_empty(drawn, tell)
    trail.record(None, LOADED, "demo shop")


@contextmanager
def not_waiting_for_the_disk() -> Iterator[None]:
    """Its thousands of commits need not outlive a power cut: such a shop is made anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        try:
            yield
        finally:
            cursor.execute("RESET synchronous_commit")


def load_into_empty(drawn: Iterator[bytes], tell: Callable[[str], None]) -> None:
    shop = open_doors(drawn)
    tell(f"{len(shop.goods)} products on the shelves, {len(shop.members)} members")
    now = timezone.localtime()
    for number in range(DAYS + 1):
        days.live(shop, number, now.date() - timedelta(days=DAYS - number), now)
    days.take_delivery(shop, now.date())
    days.count_what_is_awaited(shop)
    tell(f"{Bill.objects.count()} bills in three weeks")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def open_doors(drawn: Iterator[bytes]) -> Shop:
    """Everything before the first customer; set some weeks earlier, so that members joined over time."""
    chance = Random(SEED)
    now = timezone.localtime()
    founded, first_day = now - timedelta(days=FOUNDED), now - timedelta(days=DAYS)
    with clock.set_to(founded):
        manager, cashiers = opening.hire()
    with clock.set_to(first_day.replace(hour=6, minute=0)):
        goods = opening.fill_shelves(manager, drawn)
    members = [
        *opening.welcome(0, FOUNDING_MEMBERS, founded, first_day, cashiers[0], chance),
        *opening.welcome(FOUNDING_MEMBERS, len(people.MEMBERS), first_day, now, cashiers[1], chance),
    ]
    regulars = opening.honour(members[:FOUNDING_MEMBERS], first_day - timedelta(days=12), manager)
    return Shop(
        now.tzinfo, manager, cashiers, goods, [*regulars, *members[FOUNDING_MEMBERS:]], chance, StoreSettings.in_force()
    )
