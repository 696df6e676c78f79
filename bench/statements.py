"""Records the SQL of one purchase as the shop sends it, and writes it as a pgbench script."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection

from accounts.models import User
from bench.counter import Counter
from bench.load import LINES
from billing.models import Bill, BillKind
from billing.order import Order, Tendered, Wanted
from billing.sale import sales
from billing.sale.bill_writer import BILL, WRITE

ARRAY = re.compile(r"\{-?[0-9.]+(,-?[0-9.]+)*\}")  # in the form `pos.postgres.rows.array` writes
WRITING = WRITE[BillKind.SALE]
CLOCK = "HH24:MI:SS"  # pgbench would take :MI and :SS for variables
CLOCK_FOR_PGBENCH = CLOCK.replace(":", "' || chr(58) || '")
Heard = tuple[str, Sequence[Any]]


def heard(counter: Counter, member: int | None) -> tuple[list[Heard], Bill, list[int]]:
    """Every statement between BEGIN and COMMIT of one real sale, with its values."""
    statements: list[Heard] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params or []))
        return execute(sql, params, many, context)

    products = counter.products[:LINES]
    cashier = User.objects.get(pk=counter.cashiers[0].pk)
    with connection.execute_wrapper(listen):
        sold = sales.sell(order(counter.registers[0], products, member), cashier=cashier)
    return statements, sold.bill, products


def order(register: str, products: Sequence[int], member: int | None) -> Order:
    lines = [Wanted(Decimal(1), product) for product in products]
    return Order(key=uuid4(), lines=lines, payments=[Tendered("cash", Decimal(50))], register=register, member=member)


def script(counter: Counter, share_with_member: int) -> str:
    """A pgbench script: values that differ between sales become variables, everything else stays as recorded."""
    low, high = counter.products[0], counter.products[-1]
    step = (high - low + 1) // LINES
    parts = [rf"\set product{n} random({low + step * n}, {low + step * (n + 1) - 1})" for n in range(LINES)]
    parts += [rf"\set member random({counter.members[0]}, {counter.members[-1]})", r"\set luck random(1, 100)"]
    parts += [r"\set high random(1, 9000000000000000000)", r"\set low random(1, 9000000000000000000)"]
    return "\n".join(
        [
            *parts,
            rf"\if :luck <= {share_with_member}",
            sale(counter, counter.members[0]),
            r"\else",
            sale(counter, None),
            r"\endif",
            "",
        ]
    )


def sale(counter: Counter, member: int | None) -> str:
    statements, bill, products = heard(counter, member)
    recorded = Recorded(bill, products, member)
    return "\n".join(["BEGIN;", *(recorded.statement(sql, params) for sql, params in statements), "COMMIT;"])


class Recorded:
    """Writes the statements of one bill for pgbench. Ids of each table are in a range of their own, so values can be
    told apart."""

    def __init__(self, bill: Bill, products: Sequence[int], member: int | None) -> None:
        code = "('B' || (:client_id)::text)"
        number = f"({code} || '-' || lpad((:sequence)::text, 6, '0'))"
        self.known: dict[Any, str] = {
            bill.register.code: code,
            bill.number: number,
            f"bill {bill.number}": f"('bill ' || {number})",
            bill.register.pk: ":till_id",
            bill.shift_id: ":hand_shift",
            bill.pk: ":hand_nextval",
            member: ":member",
            bill.at: ":hand_shop_now",
            bill.key: "(lpad(to_hex((:high)::bigint), 16, '0') || lpad(to_hex((:low)::bigint), 16, '0'))::uuid",
            tuple(products): f"ARRAY[{', '.join(f':product{n}' for n in range(LINES))}]::bigint[]",
        }
        self.known.pop(None, None)
        self.products = products

    def statement(self, sql: str, params: Sequence[Any]) -> str:
        values = [self.spelled(value) for value in params]
        if sql == WRITING:
            values[1 + list(BILL).index("sequence")] = values[-2] = ":sequence"
        given = iter(values)
        text = " ".join(re.sub(r"%s", lambda _: next(given), sql).replace("%%", "%").split())
        text = text.replace(CLOCK, CLOCK_FOR_PGBENCH)
        if "FROM billing_register" in text:
            return f"{text} \\gset till_\n\\set sequence :till_last_sale + 1"
        if "shop_now(), nextval" in text:
            return (
                text.replace("s.id, s.business_date, b.id", "s.id AS shift, s.business_date, b.id AS sold")
                + " \\gset hand_"
            )
        return f"{text};"

    def spelled(self, value: Any) -> str:
        if isinstance(value, list):
            return self.known.get(tuple(value)) or f"ARRAY[{', '.join(map(literal, value))}]"
        if isinstance(value, str) and ARRAY.fullmatch(value):
            return self.spelled([Decimal(number) for number in value[1:-1].split(",")])
        if isinstance(value, str) and value.startswith("[{"):
            return self.rows(value)
        return self.known.get(value) or literal(value)

    def rows(self, text: str) -> str:
        """The bill's lines as JSON, with different products at each sale."""
        spelled = literal(text.replace('":', '": '))  # pgbench would take :1 for a variable
        for place, product in enumerate(self.products):
            spelled = spelled.replace(
                f'"product_id": {product},', f"\"product_id\": ' || (:product{place})::text || ',"
            )
        return f"({spelled})"


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    return "'" + str(value).replace("'", "''") + "'"
