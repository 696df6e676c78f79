"""What the first steps write, each by the verbs of its room, all or nothing."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import shop
from accounts.models import Role, User
from accounts.people import staff
from billing.drawer import registers
from billing.models import Register, RegisterKind
from inventory.goods import catalogue, products
from inventory.models import Product, TaxRate
from pos.errors import Invalid


@transaction.atomic
def enter_taxes(rates: Iterable[tuple[str, Decimal]], *, prices_include_tax: bool, by: User) -> TaxRate:
    """Adds the rates and returns the first."""
    entered = [catalogue.enter(TaxRate(), name=name, rate=rate, by=by) for name, rate in rates]
    if not entered:
        raise Invalid("rates", _("Enter at least one rate; 0 if nothing is taxed."))
    shop.change_settings(by, prices_include_tax=prices_include_tax)
    return entered[0]


@transaction.atomic
def enter_goods(goods: Iterable[Mapping[str, Any]], *, by: User) -> list[Product]:
    """Adds products with their opening stock."""
    entered = [products.create(by=by, **good) for good in goods]
    if not entered:
        raise Invalid("goods", _("Enter at least one product with its price."))
    return entered


@transaction.atomic
def hire_cashier(*, username: str, name: str, password: str, pin: str, by: User) -> User:
    user = staff.hire(by=by, username=username, name=name, password=password, role=Role.CASHIER)
    staff.set_pin(user, pin, by=by)
    return user


def connect_printer(code: str, host: str, *, by: User) -> None:
    register = Register.objects.get(code=code)
    register.printer_host = host
    registers.change(register, by=by)


def add_till(code: str, name: str, *, by: User) -> Register:
    return registers.add(code=code, name=name, kind=RegisterKind.TILL, by=by)
