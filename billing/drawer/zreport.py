"""The figures of one shift: the X report while it is open, and the Z report stored when it closes."""

import json
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from accounts.models import User
from billing.models import (
    BasketLine,
    BasketState,
    Bill,
    BillKind,
    BillLine,
    BillTax,
    CashKind,
    Payment,
    Shift,
    StoredValueEntry,
    ZReport,
    amounts,
    bill_number,
)
from billing.receipts.signing import signing
from pos.models import StoreSettings
from pos.money import ZERO, quantity_text, text

FIGURES = [
    "subtotal",
    "discount",
    "vip_discount",
    "tax",
    "total",
    "points_spent",
    "points_earned",
    "cash_rounding",
    "change",
]
TOLD_BEFORE_THE_COUNT = {
    "shop",
    "register",
    "shift",
    "business_date",
    "opened_at",
    "opened_by",
    "closed_at",
    "closed_by",
    "sales",
    "refunds",
    "first_bill",
    "last_bill",
    "first_refund",
    "last_refund",
    "discounts",
    "voids",
    "no_sales",
    "price_overrides",
    "reprints",
    "cash",
    "signing",
}
LINK = "sha256({before} || convert_to({number} || ' ' || {document}::text, 'UTF8'))"
STORE = f"""
    INSERT INTO billing_zreport (shift_id, register_id, number, document, digest)
    SELECT s.id, r.id, r.last_z, d.document,
           {LINK.format(before="coalesce(b.digest, '')", number="r.last_z", document="d.document")}
      FROM unnest(%s::bigint[], %s::jsonb[]) AS d (shift, document)
      JOIN billing_shift s ON s.id = d.shift
      JOIN billing_register r ON r.id = s.register_id
      LEFT JOIN billing_zreport b ON b.register_id = r.id AND b.number = r.last_z - 1
    RETURNING id
"""


def store(shift: Shift) -> ZReport:
    """Stores the closed shift's figures as the register's next Z, whose digest includes the one of the Z before. The
    register's `last_z` must be raised already."""
    document = json.dumps(figures(shift), cls=DjangoJSONEncoder)
    with connection.cursor() as cursor:
        cursor.execute(STORE, [[shift.pk], [document]])
        return ZReport.objects.select_related("register").get(pk=cursor.fetchone()[0])


def told(shift: Shift, *, reader: User) -> dict[str, Any]:
    """The X report. The count is blind: until the shift is closed, a cashier sees no sum that would reveal the expected
    cash."""
    found = figures(shift)
    if reader.is_manager or not shift.is_open:
        return found
    return {name: value if name in TOLD_BEFORE_THE_COUNT else None for name, value in found.items()}


def figures(shift: Shift) -> dict[str, Any]:
    """All figures of the shift. Money is a string in the currency's decimals; all sums are made by the database."""
    bills = shift.bills.all()
    sums, terms = totals(bills), StoreSettings.in_force()
    return {
        "shop": {"name": terms.shop_name, "address": terms.shop_address, "tax_number": terms.tax_number},
        "register": shift.register.code,
        "shift": shift.pk,
        "business_date": shift.business_date.isoformat(),
        "opened_at": shift.opened_at,
        "opened_by": shift.opened_by.username,
        "closed_at": shift.closed_at,
        "closed_by": shift.closed_by.username if shift.closed_by else None,
        "sales": sums["sales"],
        "refunds": sums["refunds"],
        "first_bill": numbered(shift, sums["first"]),
        "last_bill": numbered(shift, sums["last"]),
        "first_refund": numbered(shift, sums["first_refund"], BillKind.REFUND),
        "last_refund": numbered(shift, sums["last_refund"], BillKind.REFUND),
        "refunded": text(-sums["refunded"]),
        "gross": text(sums["gross"]),
        "discounts": sums["discounts"],
        "voids": voids(shift),
        "no_sales": shift.cash_movements.filter(kind=CashKind.NO_SALE).count(),
        "price_overrides": BillLine.objects.filter(
            bill__in=bills, bill__kind=BillKind.SALE, priced_by__isnull=False
        ).count(),
        "reprints": shift.prints.filter(copy__gt=0).count(),
        **{name: text(sums[name]) for name in FIGURES},
        "taxes": taxes(bills),
        "tenders": tenders(bills),
        "categories": categories(bills),
        "cashiers": cashiers(bills),
        "stored_value": stored_value(shift),
        "cash": cash(shift),
        "grand_total": text(grand_total_before(shift) + sums["total"]),
        **({"signing": signing.counts(shift)} if signing.is_used() else {}),
    }


def totals(bills: QuerySet[Bill]) -> dict[str, Any]:
    return bills.aggregate(
        sales=Count("pk", filter=Q(kind=BillKind.SALE)),
        refunds=Count("pk", filter=Q(kind=BillKind.REFUND)),
        first=Min("sequence", filter=Q(kind=BillKind.SALE)),
        last=Max("sequence", filter=Q(kind=BillKind.SALE)),
        first_refund=Min("sequence", filter=Q(kind=BillKind.REFUND)),
        last_refund=Max("sequence", filter=Q(kind=BillKind.REFUND)),
        refunded=Sum("total", filter=Q(kind=BillKind.REFUND), default=ZERO),
        gross=Sum("subtotal", filter=Q(kind=BillKind.SALE), default=ZERO),
        discounts=Count("pk", filter=Q(kind=BillKind.SALE) & ~Q(discount=0)),
        cards_sold=Sum("cards_sold", default=ZERO),
        **{name: Sum(name, default=ZERO) for name in FIGURES},
    )


def voids(shift: Shift) -> dict[str, int]:
    """Counts removed lines, baskets given up, and baskets with goods still unpaid."""
    here = BasketLine.objects.filter(basket__register=shift.register)
    until = {"removed_at__lte": shift.closed_at} if shift.closed_at else {}
    removed = here.filter(removed_by__isnull=False, removed_at__gte=shift.opened_at, **until)
    unpaid = here.not_removed().filter(basket__state__in=[BasketState.OPEN, BasketState.PARKED])
    given_up = Count("basket", filter=Q(basket__state=BasketState.DROPPED), distinct=True)
    return {
        **removed.aggregate(lines=Count("pk"), baskets=given_up),
        **unpaid.aggregate(unpaid=Count("basket", distinct=True)),
    }


def numbered(shift: Shift, sequence: int | None, kind: str = BillKind.SALE) -> str | None:
    return bill_number(shift.register.code, sequence, kind) if sequence else None


def taxes(bills: QuerySet[Bill]) -> list[dict[str, str]]:
    rows = BillTax.objects.filter(bill__in=bills).values("rate").annotate(b=Sum("base"), t=Sum("tax")).order_by("rate")
    return [{"rate": f"{row['rate'].normalize():f}", "base": text(row["b"]), "tax": text(row["t"])} for row in rows]


def tenders(bills: QuerySet[Bill]) -> list[dict[str, Any]]:
    rows = (
        Payment.objects.filter(bill__in=bills)
        .values("method_id", name=F("method__name"))
        .annotate(count=Count("pk"), amount=Sum("amount"))
        .order_by("method__position")
    )
    return [
        {"method": row["method_id"], "name": row["name"], "count": row["count"], "amount": text(row["amount"])}
        for row in rows
    ]


def categories(bills: QuerySet[Bill]) -> list[dict[str, str]]:
    rows = (
        BillLine.objects.filter(bill__in=bills)
        .values(category=F("product__category__name"))
        .annotate(pieces=amounts.PIECES, kilograms=amounts.KILOGRAMS, n=Sum("net"))
        .order_by("category")
    )
    return [
        {
            "category": row["category"] or "",
            "quantity": quantity_text(row["pieces"]),
            "kilograms": quantity_text(row["kilograms"]),
            "net": text(row["n"]),
        }
        for row in rows
    ]


def cashiers(bills: QuerySet[Bill]) -> list[dict[str, Any]]:
    """Sales and refunds of each cashier."""
    rows = (
        bills.values(username=F("cashier__username"))
        .annotate(
            sales=Count("pk", filter=Q(kind=BillKind.SALE)),
            returns=Count("pk", filter=Q(kind=BillKind.REFUND)),
            sum=Sum("total"),
        )
        .order_by("username")
    )
    return [
        {"cashier": row["username"], "sales": row["sales"], "refunds": row["returns"], "total": text(row["sum"])}
        for row in rows
    ]


def stored_value(shift: Shift) -> dict[str, Any]:
    """Gift cards and store credit. The shop owes them to their holders, so they are kept apart from revenue."""
    sold = shift.stored_value.all()
    moved = StoredValueEntry.objects.filter(bill__shift=shift, shift=None)
    by_tender = sold.filter(bill=None).values("tender_id").annotate(sum=Sum("amount")).order_by("tender_id")
    return {
        "moves": sold.count() + moved.count(),
        "sold": text(sold.aggregate(sum=Sum("amount", default=ZERO))["sum"]),
        "on_bills": text(sold.exclude(bill=None).aggregate(sum=Sum("amount", default=ZERO))["sum"]),
        "redeemed": text(-moved.filter(amount__lt=0).aggregate(sum=Sum("amount", default=ZERO))["sum"]),
        "refunded_to": text(moved.filter(amount__gt=0).aggregate(sum=Sum("amount", default=ZERO))["sum"]),
        "paid": [{"method": row["tender_id"], "amount": text(row["sum"])} for row in by_tender],
    }


def cash(shift: Shift) -> dict[str, Any]:
    """What should be in the drawer and why. The expected and counted sums are given only after the close."""
    by_kind = dict(shift.cash_movements.values_list("kind").annotate(Sum("amount")).order_by("kind"))
    by_hand = shift.cash_movements.exclude(kind__in=[CashKind.FLOAT, CashKind.SALE, CashKind.REFUND, CashKind.VOUCHER])
    told = not shift.is_open
    return {
        **{kind.value: text(by_kind.get(kind.value, ZERO)) for kind in CashKind if told or kind == CashKind.FLOAT},
        "movements": [
            {"at": row.at, "kind": row.kind, "amount": text(row.amount), "reason": row.reason, "by": row.by.username}
            for row in by_hand.select_related("by")
        ],
        "expected": text(shift.expected) if shift.expected is not None else None,
        "counted": text(shift.counted) if shift.counted is not None else None,
        "difference": text(shift.counted - shift.expected)
        if shift.counted is not None and shift.expected is not None
        else None,
        "pieces": [{"face": face, "count": number} for face, number in shift.pieces],
        "reason": shift.difference_reason,
    }


def grand_total_before(shift: Shift) -> Decimal:
    """The register's total sales before this shift, from its last Z."""
    last = ZReport.objects.filter(register=shift.register).order_by("number").last()
    return Decimal(last.document["grand_total"]) if last else ZERO
