"""How a sale that was rung up away from the server differs from what the shop would sell now."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext

from accounts.models import User
from billing.models import OutageProblem, OutageSale, Register, RegisterKind
from billing.outage.rung_up import Content, GoodsNow, RungUp, is_taxed_otherwise, name_of
from billing.sale import age_check
from inventory.shelf.stock import Goods
from pos.templatetags.money import money, percent


def differences(sale: RungUp, register: Register, goods: GoodsNow, by: User) -> list[str]:
    """Sentences for the manager: unknown, repriced or withdrawn goods, a missing age check, a register that is not
    ready for it, a clock that cannot be right, a number used twice."""
    return [
        *(sentence for line, now in goods for sentence in of_line(sale, line, now)),
        *of_register(sale, register, by),
    ]


def of_line(sale: RungUp, line: Content, now: Goods | None) -> Iterator[str]:
    name = name_of(line, now)
    if now is None:
        yield gettext("%(name)s is not known.") % {"name": name}
        return
    if not now.is_active:
        yield gettext("%(name)s is no longer on sale.") % {"name": name}
    if now.price != Decimal(line["price"]) and not now.open_price:
        prices = {"name": name, "paid": money(line["price"]), "price": money(now.price)}
        yield gettext("%(name)s was sold at %(paid)s; its price is now %(price)s.") % prices
    if is_taxed_otherwise(line, now):
        rates = {"name": name, "paid": percent(Decimal(line["tax_rate"])), "rate": percent(now.tax_rate)}
        yield gettext("%(name)s was sold with %(paid)s tax; its rate is now %(rate)s.") % rates
    if age := age_check.still_asked([now], sale.age_checked):
        asked = {"name": name, "age": age}
        yield gettext("%(name)s is sold from %(age)s; nobody has said that the customer is.") % asked


def of_register(sale: RungUp, register: Register, by: User) -> Iterator[str]:
    """The register of programs opens its shifts by itself, and a machine's key is its leave."""
    is_for_programs = register.kind == RegisterKind.API
    if not (register.outage_sales or is_for_programs or by.is_machine):
        yield gettext("This register may not sell in an outage.")
    if not (is_for_programs or register.shifts.open().exists()):
        yield gettext("This register has no open shift.")
    if not sale.is_believable:
        yield gettext("Its clock said %(at)s: that cannot be.") % {"at": f"{sale.at:%Y-%m-%d %H:%M %Z}"}
    if is_taken(sale):
        yield copied(sale)


def is_taken(sale: RungUp) -> bool:
    others = OutageProblem.objects.filter(content__number=sale.content["number"]).exclude(key=sale.key)
    return others.exists() or OutageSale.objects.filter(provisional_number=sale.content["number"]).exists()


def copied(sale: RungUp) -> str:
    sentence = gettext("Another sale has the number %(number)s: is there a copy of this browser's data?")
    return sentence % {"number": sale.content["number"]}
