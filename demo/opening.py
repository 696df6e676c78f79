"""The demo shop before its first day: people, tills, products and stock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from stdnum import ean

from accounts import shop
from accounts.models import Role, User
from accounts.people import staff
from billing.drawer import registers
from billing.models import LabelKind, LabelPattern, RegisterKind
from demo import people
from demo.customers import Stocked
from demo.goods import SHELVES, Good, Shelf
from demo.pictures import picture
from inventory.goods import pictures, products
from inventory.models import Category, Product, SoldBy, TaxRate
from members import registry, vip
from members.models import Member
from pos import clock

BAKED_DAILY = "BR"
IN_HOUSE = 20  # the GS1 prefix for a shop's own product codes
SCALE = 21  # the GS1 prefix of the counter scale's labels


def hire() -> tuple[User, list[User]]:
    manager = staff.hire(by=None, role=Role.MANAGER, password=people.PASSWORD, **people.MANAGER)
    cashiers = [
        staff.hire(by=manager, role=Role.CASHIER, password=people.PASSWORD, **cashier) for cashier in people.CASHIERS
    ]
    for person in [manager, *cashiers]:
        staff.set_pin(person, people.TILL_PIN, by=person)
    shop.change_settings(manager, **people.SHOP)
    shop.put_logo(ContentFile(picture("herb", ("#55a04a", "#c9744a"), "#ffffff")), by=manager)
    registers.add(code="R1", name="Front till", kind=RegisterKind.TILL, by=manager)
    registers.add(code="R2", name="Deli till", kind=RegisterKind.TILL, by=manager)
    return manager, cashiers


def fill_shelves(manager: User, drawn: Iterator[bytes]) -> list[Stocked]:
    """`drawn` are the pictures of the goods, in their order."""
    reduced = TaxRate.objects.create(name="Reduced 7 %", rate=Decimal("0.07"))
    full = TaxRate.objects.create(name="Standard 19 %", rate=Decimal("0.19"))
    LabelPattern.objects.create(name="Scale at the counter", prefix=str(SCALE), kind=LabelKind.WEIGHT)
    stocked = []
    for place, shelf in enumerate(SHELVES, 1):
        category = Category.objects.create(name=shelf.name, position=place)
        for number, good in enumerate(shelf.goods, 1):
            product = put_up(
                good,
                shelf,
                number,
                next(drawn),
                by=manager,
                category=category,
                tax_rate=full if good.full_tax else reduced,
                codes=[in_house_code(place, number), *([label(place, number)] if good.weighed else [])],
            )
            stocked.append(Stocked(product, shelf.code, good))
    return stocked


def put_up(good: Good, shelf: Shelf, number: int, drawn: bytes, *, by: User, **details: Any) -> Product:
    product = products.create(
        sku=f"{shelf.code}-{number:02d}",
        name=good.name,
        description=good.description,
        price=Decimal(good.price),
        cost=Decimal(good.cost),
        sold_by=SoldBy.WEIGHT if good.weighed else SoldBy.PIECE,
        reorder_point=Decimal(2 if shelf.code == BAKED_DAILY else max(2, round(good.a_day * 1.5))),
        minimum_age=good.minimum_age,
        opening_stock=first_stock(good),
        by=by,
        **details,
    )
    return pictures.put(product, ContentFile(drawn), by=by)


def in_house_code(place: int, number: int) -> str:
    digits = f"{IN_HOUSE}{place:04d}{number:06d}"
    return digits + ean.calc_check_digit(digits)


def label(place: int, number: int, grams: int = 0) -> str:
    """The barcode the scale prints for so many grams; without a weight, the product's own code."""
    digits = f"{SCALE}{place:02d}{number:03d}{grams:05d}"
    return digits + ean.calc_check_digit(digits)


def first_stock(good: Good) -> Decimal:
    """Stock for a week, at least four."""
    return Decimal(max(4, round(good.a_day * 7)))


def welcome(first: int, last: int, since: datetime, until: datetime, by: User, chance: Random) -> list[Member]:
    """Registers members `first` up to (not including) `last` at random moments between two days, in order."""
    moments = sorted(since + (until - since) * chance.random() for _ in range(first, last))
    welcomed = []
    for place, moment in zip(range(first, last), moments, strict=True):
        name = people.MEMBERS[place]
        with clock.set_to(moment):
            phone = people.phone(place) if place % 3 else ""
            welcomed.append(registry.register(name, people.email(name), people.PIN, phone, by=by))
    return welcomed


def honour(members: list[Member], since: datetime, manager: User) -> list[Member]:
    """Makes some members VIP, a week apart; the last of them is then withdrawn."""
    chosen = members[:: max(1, len(members) // (people.VIPS + 1))][: people.VIPS + 1]
    for week, member in enumerate(chosen):
        with clock.set_to(since + timedelta(days=week, hours=2)):
            vip.grant(member.pk, by=manager)
    with clock.set_to(since + timedelta(days=len(chosen) + 1)):
        vip.withdraw(chosen[-1].pk, by=manager)
    return list(Member.objects.filter(pk__in=[member.pk for member in members]).order_by("pk"))
