"""Finds finished bills and collects what a receipt shows."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models import (
    Bill,
    BillKind,
    BillLine,
    BillSignature,
    BillTax,
    Payment,
    Register,
    StoredValue,
    StoredValueEntry,
    StoredValueKind,
    Tender,
)
from billing.receipts import card_codes, outcome, practice
from billing.receipts.signing import paper, signing
from pos.columns import columns_of, each_made, made
from pos.errors import Refused
from pos.models import StoreSettings
from pos.postgres.rows import rows


class NoSuchBill(Refused):
    code = "not_found"
    status = 404
    message = _("There is no such bill.")


def whole() -> QuerySet[Bill]:
    """Bills with everything a receipt prints, prefetched."""
    bills = Bill.objects.annotate(was_at_device=Exists(BillSignature.objects.filter(bill=OuterRef("pk"))))
    return bills.select_related(
        "register", "cashier", "member", "terms", "original", "exchange", "exchanged_for"
    ).prefetch_related("lines__priced_by", "taxes", "payments__method", "refunds", "prints", "stored_value__card")


def find(number: str) -> Bill:
    bill = whole().filter(number__iexact=number.replace("\0", "")).first()
    if bill is None:
        raise NoSuchBill()
    return bill


READ = f"""
    SELECT {columns_of(Bill, "b")}, {columns_of(Register, "r")}, {columns_of(User, "u")},
           {columns_of(StoreSettings, "t")}
      FROM billing_bill b
      JOIN billing_register r ON r.id = b.register_id
      JOIN accounts_user u ON u.id = b.cashier_id
      JOIN pos_storesettings t ON t.id = b.terms_id
     WHERE upper(b.number) = upper(%s) AND b.kind = 'sale' AND b.exchange_id IS NULL
       AND NOT EXISTS (SELECT FROM billing_storedvalueentry WHERE bill_id = b.id)
       AND NOT EXISTS (SELECT FROM billing_receiptprint WHERE bill_id = b.id)
       AND NOT EXISTS (SELECT FROM billing_billsignature WHERE bill_id = b.id)
"""
LINES = f"SELECT {columns_of(BillLine, 'l')} FROM billing_billline l WHERE bill_id = %s ORDER BY position"
TAXES = f"SELECT {columns_of(BillTax, 'x')} FROM billing_billtax x WHERE bill_id = %s ORDER BY rate"
PAYMENTS = f"""
    SELECT {columns_of(Payment, "p")}, {columns_of(Tender, "m")} FROM billing_payment p
      JOIN billing_tender m ON m.code = p.method WHERE bill_id = %s ORDER BY p.position
"""


def to_show(number: str) -> Bill:
    """The bill for its receipt's page, which follows every sale: a plain sale, neither signed nor printed yet, in plain
    SQL for a quarter of the CPU."""
    found = rows(READ, [number.replace("\0", "")])
    if not found:
        return find(number)
    bill: Bill
    bill, bill.register, bill.cashier, bill.terms = each_made(found[0], Bill, Register, User, StoreSettings)
    bill.remember(
        lines=[made(BillLine, row) for row in rows(LINES, [bill.pk])],
        taxes=[made(BillTax, row) for row in rows(TAXES, [bill.pk])],
        payments=[with_method(row) for row in rows(PAYMENTS, [bill.pk])],
        prints=[],
        stored_value=[],
    )
    return bill


def with_method(row: Sequence[Any]) -> Payment:
    payment: Payment
    payment, payment.method = each_made(row, Payment, Tender)
    return payment


def by_key(key: str) -> Bill:
    """The bill sold under this idempotency key; one sold for practice has to be `practice.present`."""
    try:
        return whole().get(key=UUID(key))
    except (ValueError, Bill.DoesNotExist):
        raise NoSuchBill(_("Nothing was sold under this key.")) from None


def practised_under(key: str) -> str:
    """The number of the practice bill of this idempotency key, or nothing."""
    try:
        found = practice.under(UUID(key))
    except ValueError:
        return ""
    return found.number if found else ""


PRINTED = re.compile(r"[A-Z0-9]{1,10}-R?[0-9]{6,}", re.IGNORECASE)


def on_paper(scanned: str) -> Bill | None:
    """The bill whose number, or whose QR code's address, was scanned."""
    number = scanned.strip().rstrip("/").removesuffix("/receipt").rpartition("/")[2]
    if practised := practice.numbered(number):
        return practised.bill()
    return Bill.objects.filter(number__iexact=number).first() if PRINTED.fullmatch(number) else None


def bought_by(member: int, most: int) -> list[BillLine]:
    """The member's last purchases, each product once."""
    lines = BillLine.objects.filter(bill__member=member, bill__kind=BillKind.SALE).select_related("bill", "product")
    newest: dict[int, BillLine] = {}
    for line in lines.order_by("-bill_id", "position")[: 5 * most]:
        newest.setdefault(line.product_id, line)
    return list(newest.values())[:most]


def cards_left(bill: Bill) -> list[tuple[StoredValue, Decimal]]:
    """The gift cards and store credit that paid, with the balance each had after the payment."""
    if not any(entry.kind == StoredValueKind.REDEEM for entry in bill.stored_value.all()):
        return []
    entries = StoredValueEntry.objects.filter(bill=bill, kind=StoredValueKind.REDEEM).select_related("card")
    before = StoredValueEntry.objects.filter(card=OuterRef("card"), pk__lte=OuterRef("pk")).order_by().values("card")
    left = before.annotate(left=Sum("amount")).values("left")
    return [(entry.card, entry.left) for entry in entries.annotate(left=Subquery(left))]


def facts(bill: Bill, reader: User | None = None) -> dict[str, Any]:
    """What a receipt shows. `reader`, if the seller of gift cards on it, also sees their codes while they may be
    shown."""
    return {
        "gift_cards": card_codes.to_print(bill, reader),
        "bill": bill,
        "terms": bill.terms,
        "logo": bill.terms.logo_url,
        "cashier": bill.cashier,
        "member": bill.member,
        "outcome": outcome.of(bill),
        "signed": signed(bill),
        "returned": bill.exchange,
        "handed_back": outcome.given_back(bill) if bill.exchange else [],
        "cards_left": cards_left(bill),
        "balance": bill.member.points if bill.member else None,
    }


def signed(bill: Bill) -> dict[str, Any] | None:
    """What the signing device answered, for the screen."""
    if (found := signing.of(bill)) is None:
        return None
    return {"warning": paper.warning(found), "rows": list(paper.rows(found)), "code": paper.code(bill, found)}
