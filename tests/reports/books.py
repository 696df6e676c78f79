"""Makes bills of other days by writing them directly to the database, because `sales.sell` uses the current time."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.models import Role, User
from billing.models import Bill, BillLine, Payment, Register, Shift
from inventory.models import Product, Stock
from pos.calendar import business_date
from pos.models import StoreSettings

numbers = count(1)


def clerk() -> User:
    return User.objects.get_or_create(username="clerk", defaults={"name": "Clerk", "role": Role.CASHIER})[0]


def shift_at(code: str = "R1") -> Shift:
    register, _ = Register.objects.get_or_create(code=code)
    return register.shifts.filter(closed_at=None).first() or Shift.objects.create(
        register=register, business_date=date(2026, 1, 1), opened_by=clerk()
    )


def product(name: str = "tea", price: str = "12.50", stock: str = "100", **facts: Any) -> Product:
    made = Product.objects.create(sku=f"sku-{next(numbers)}", name=name, price=D(price), **facts)
    Stock.objects.create(product=made, quantity=D(stock))
    return made


def booked(day: date, total: str = "10.00", *, at: datetime | None = None, register: str = "R1", **facts: Any) -> Bill:
    """A bill of that business date. A negative total is a refund of the last sale."""
    amount = D(total)
    number = next(numbers)
    shift = shift_at(register)
    zeros = dict.fromkeys(
        ["discount", "vip_discount", "tax", "points_spent", "points_earned", "cash_rounding", "change"], D(0)
    )
    undone = {"original": Bill.objects.filter(kind="sale").latest("pk"), "reason": "brought back"} if amount < 0 else {}
    bill = Bill.objects.create(
        kind="refund" if amount < 0 else "sale",
        register=shift.register,
        sequence=number,
        number=f"{register}-{number:06d}",
        key=uuid4(),
        fingerprint=b"",
        at=at or datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        business_date=day,
        shift=shift,
        cashier=shift.opened_by,
        terms=StoreSettings.in_force(),
        **{"tax_included": True, "subtotal": amount, "total": amount, **zeros, **undone, **facts},
    )
    Payment.objects.create(bill=bill, position=1, method_id="cash", amount=amount or D(1))
    return bill


def booked_at(moment: datetime, total: str = "10.00", *, cutoff_hour: int = 0) -> Bill:
    """A bill with the business date a sale at that moment would have in the current time zone."""
    return booked(business_date(moment, cutoff_hour), total, at=moment)


def with_line(bill: Bill, of: Product, quantity: str, unit_price: str, **facts: Any) -> BillLine:
    price, pieces = D(unit_price), D(quantity)
    sold = BillLine.objects.filter(product=of, quantity__gt=0)
    undone = {"original": sold.latest("pk"), "to_shelf": True} if pieces < 0 else {}
    defaults = {
        "name": of.name,
        "net": price * pieces,
        "line_discount": D(0),
        "bill_discount": D(0),
        "tax_rate": D(0),
        "tax": D(0),
        "unit_cost": D(0),
    }
    return BillLine.objects.create(
        bill=bill,
        position=bill.lines.count() + 1,
        product=of,
        sku=of.sku,
        quantity=pieces,
        list_price=price,
        unit_price=price,
        **{**defaults, **undone, **facts},
    )
