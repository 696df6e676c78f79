"""How the rows of a report are called, and how an address names them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models.expressions import RawSQL
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import Register, Tender
from inventory.models import Category, Product
from members.models import Member
from pos.templatetags.money import percent
from reports.figures.dimensions import BESIDE_TENDERS, TIERS, WEEKDAYS, WITHOUT, Dimension


@dataclass(frozen=True, slots=True)
class Named:
    """`code` stands in addresses and the API."""

    code: str
    name: str


def names(dimension: Dimension, keys: Iterable[Any]) -> dict[Any, Named]:
    return NAMES[dimension.name](list(keys))


def among(rows: Any, keys: list[int]) -> Any:
    """Those of so many keys that they are sent as one value."""
    return rows.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [keys]))


def dated(name: Callable[[date], str]) -> Callable[[list[date]], dict[Any, Named]]:
    return lambda keys: {key: Named(key.isoformat(), name(key)) for key in keys}


def week(monday: date) -> str:
    sunday = monday + timedelta(6) if monday.year < 9999 else monday
    return f"{date_format(monday, _('j N'))} – {date_format(sunday, _('j N Y'))}"


def hours(keys: list[int]) -> dict[Any, Named]:
    return {key: Named(str(key), f"{key}:00–{key}:59") for key in keys}


def weekdays(keys: list[int]) -> dict[Any, Named]:
    return {key: Named(str(key), str(WEEKDAYS[key])) for key in keys}


def products(keys: list[int]) -> dict[Any, Named]:
    found = dict(among(Product.objects.values_list("pk", "name"), keys))
    return {key: Named(str(key), found.get(key, str(key))) for key in keys}


def categories(keys: list[int]) -> dict[Any, Named]:
    found = {0: _("Without a category")} | dict(Category.objects.filter(pk__in=keys).values_list("pk", "name"))
    return {key: Named(str(key), found.get(key, str(key))) for key in keys}


def cashiers(keys: list[int]) -> dict[Any, Named]:
    return {person.pk: Named(person.username, person.name) for person in User.objects.filter(pk__in=keys)}


def registers(keys: list[int]) -> dict[Any, Named]:
    return {till.pk: Named(till.code, str(till)) for till in Register.objects.filter(pk__in=keys)}


def tenders(keys: list[str]) -> dict[Any, Named]:
    found = {code: str(name) for code, name in BESIDE_TENDERS.items()}
    found |= {tender.code: str(tender) for tender in Tender.objects.filter(pk__in=keys)}
    return {key: Named(key, found.get(key, key)) for key in keys}


def rates(keys: list[Decimal]) -> dict[Any, Named]:
    return {key: Named(f"{key.normalize():f}", percent(key)) for key in keys}


def tiers(keys: list[str]) -> dict[Any, Named]:
    return {key: Named(key, str(TIERS[key])) for key in keys}


def members(keys: list[int]) -> dict[Any, Named]:
    found = {0: Named(WITHOUT, _("Without a card"))}
    rows = among(Member.objects.values_list("pk", "number", "name"), keys)
    found |= {pk: Named(number, name or number) for pk, number, name in rows}
    return {key: found[key] for key in keys}


NAMES: dict[str, Callable[[list[Any]], dict[Any, Named]]] = {
    "day": dated(lambda key: date_format(key, _("D j N Y"))),
    "week": dated(week),
    "month": dated(lambda key: date_format(key, _("F Y"))),
    "hour": hours,
    "weekday": weekdays,
    "product": products,
    "category": categories,
    "cashier": cashiers,
    "register": registers,
    "tender": tenders,
    "rate": rates,
    "tier": tiers,
    "member": members,
}
