"""Who asks in bench.fuzz, and the shop they ask: goods, a member, an open shift, a product sold below nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

Headers = Callable[[], dict[str, str]]


def actors() -> dict[str, Headers]:
    """The headers of each, made anew for each call: one of the calls may be to end a sign-in, to switch a person off or
    to revoke a key."""
    from accounts.access import keys, tokens
    from accounts.models import Role, User
    from accounts.people import staff
    from billing.drawer import shifts
    from billing.models import Register
    from billing.order import Order, Tendered, Wanted
    from billing.sale import sales
    from inventory.goods import products
    from members import registry
    from pos.api.scopes import PRACTISED, SCOPES

    def hired(role: str) -> Headers:
        person = staff.hire(by=None, username=role, name=role.title(), role=role, password=str(uuid4()))

        def entered() -> dict[str, str]:
            User.objects.filter(pk=person.pk).update(is_active=True, role=role, custom_role=None)
            return bearer(tokens.issue(User.objects.get(pk=person.pk))["access"])

        return entered

    def key(name: str, scopes: list[str], **facts: Any) -> Headers:
        bounds: dict[str, Any] = {"per_minute": 6000, "days": 1, "may_refund": True, **facts}
        return lambda: bearer(keys.make(by=chief, name=name, scopes=scopes, **bounds).secret)

    people = {"nobody": dict, "cashier": hired(Role.CASHIER), "manager": hired(Role.MANAGER)}
    chief = staff.hire(by=None, username="chief", name="Chief", role=Role.MANAGER, password=str(uuid4()))
    shifts.open_shift(Register.objects.create(code="R1", name="Till").code, opening_float=Decimal(100), by=chief)
    products.create(by=chief, name="Green tea", price=Decimal("12.50"), codes=["4006381333931"], opening_stock=1000)
    below = products.create(by=chief, name="Oversold", price=Decimal(1), allow_negative_stock=True)
    lines, paid = [Wanted(Decimal(3), below.pk)], [Tendered("cash", Decimal(3))]
    sales.sell(Order(key=uuid4(), lines=lines, payments=paid, register="R1"), cashier=chief)
    registry.register(name="Vera", email="vera@example.org", phone="", pin="482917", by=chief)
    reading, writing = ([scope for scope in SCOPES if scope.endswith(ending)] for ending in (":read", ":write"))
    return {
        **people,
        "reading key": key("Reads", reading),
        "writing key": key("Writes", writing),
        "sandbox key": key("Practises", [*reading, PRACTISED], sandbox=True),
    }


def bearer(word: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {word}"}
