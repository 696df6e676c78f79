"""A bill as lines of text of a fixed width, for receipt printers and plain-text mails."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.models import Bill, BillKind, BillLine, BillSignature, PaperKind
from billing.receipts import card_codes, finding, outcome
from billing.receipts.signing import paper, signing
from pos.templatetags.money import each, money, percent, points, weighed

COLUMNS = {58: 32, 80: 48}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    is_centred: bool = False
    is_large: bool = False


Part = Iterator[Line | tuple[str, str]]


def lines(bill: Bill, kind: str, copy: int, columns: int) -> list[Line]:
    """The lines of a receipt or of a gift receipt, which shows no prices. A copy shows its number."""
    signature = None if kind == PaperKind.GIFT else signing.of(bill)
    return [
        line
        for part in (
            head(bill, kind, copy),
            gifts(bill) if kind == PaperKind.GIFT else goods(bill),
            *([] if kind == PaperKind.GIFT else [sums(bill)]),
            *([returned(bill)] if bill.exchange and kind != PaperKind.GIFT else []),
            foot(bill),
            *([signed(signature)] if signature else []),
        )
        for line in (*fitted(part, columns), Line("-" * columns))
    ][:-1]


def head(bill: Bill, kind: str, copy: int) -> Part:
    terms = bill.terms
    yield Line(terms.shop_name, is_centred=True, is_large=True)
    for text in (*terms.shop_address.splitlines(), terms.tax_number):
        if text.strip():
            yield Line(text, is_centred=True)
    yield from practice_note(bill)
    if copy:
        yield Line(_("COPY %(copy)s") % {"copy": copy}, is_centred=True, is_large=True)
    if kind == PaperKind.GIFT:
        yield Line(_("GIFT RECEIPT"), is_centred=True, is_large=True)
    at = timezone.localtime(bill.at)
    yield (_("Refund") if bill.kind == BillKind.REFUND else _("Bill"), bill.number)
    if bill.original:
        yield (_("of bill"), bill.original.number)
    elif bill.kind == BillKind.REFUND:
        yield (_("Without receipt"), "")
    yield (date_format(at, _("d M Y")), date_format(at, "H:i"))
    if kind != PaperKind.GIFT:
        yield (_("Served by"), bill.cashier.name)


def practice_note(bill: Bill) -> Part:
    if bill.is_practice:
        yield Line(_("TRAINING: not a receipt"), is_centred=True, is_large=True)


def gifts(bill: Bill) -> Part:
    for line in bill.lines.all():
        yield (line.name, weighed(line.quantity, line.sold_by))


def goods(bill: Bill) -> Part:
    for line in bill.lines.all():
        yield from good(line)
    for entry in card_codes.sold_on(bill):
        yield (capfirst(str(entry.card)), money(entry.amount))
        yield ("  " + _("taxed when it is spent"), "")


def good(line: BillLine) -> Part:
    yield (line.name, money(line.net + line.discount))
    what = f"{weighed(line.quantity, line.sold_by)} x {each(line.unit_price, line.sold_by)}"
    yield (f"  {what}", percent(line.tax_rate) if line.tax_rate else "")
    if line.line_discount:
        yield ("  " + _("less %(amount)s") % {"amount": money(line.line_discount)}, "")


def sums(bill: Bill) -> Part:
    if bill.discount:
        yield (_("Subtotal"), money(bill.subtotal))
        yield (_("Discount"), money(-bill.discount))
    if bill.tax and not bill.tax_included:
        yield (_("Tax"), money(bill.tax))
    yield (_("TOTAL"), money(bill.total_with_cards))
    if bill.points_spent:
        yield (_("Points"), money(-bill.points_spent))
    if bill.cash_rounding:
        yield (_("Rounded for cash"), money(bill.cash_rounding))
    for paid in bill.payments.all():
        yield (f"{_(paid.method.name)} {paid.reference}".strip(), money(paid.amount))
    if bill.change:
        yield (pgettext("money", "Change"), money(bill.change))
    for card, left in finding.cards_left(bill):
        yield (_("Left on %(card)s") % {"card": card}, money(left))
    for row in bill.taxes.all():
        yield (_("Tax %(rate)s of %(base)s") % {"rate": percent(row.rate), "base": money(row.base)}, money(row.tax))
    if bill.member:
        yield (_("Member"), bill.member.number)
        yield (_("Points earned"), points(bill.points_earned))


def returned(bill: Bill) -> Part:
    """The refund of an exchange, so that one receipt shows both bills."""
    refund = bill.exchange
    if refund is None:
        return
    yield (_("BROUGHT BACK"), refund.number)
    for line in refund.lines.all():
        yield (f"{weighed(-line.quantity, line.sold_by)} x {line.name}", money(line.net))
    if refund.points_spent:
        yield (_("Points given back"), points(-refund.points_spent))
    if refund.points_earned:
        yield (_("Points taken back"), points(refund.points_earned))
    for paid in outcome.handed(refund):
        yield (f"{_('Given back')}, {_(paid.method.name)} {paid.reference}".strip(), money(paid.amount))


def foot(bill: Bill) -> Part:
    if bill.return_until:
        yield Line(_("Returns until %(day)s") % {"day": date_format(bill.return_until, _("d M Y"))}, is_centred=True)
    for text in bill.terms.receipt_footer.splitlines():
        yield Line(text, is_centred=True)
    yield from practice_note(bill)


def signed(signature: BillSignature) -> Part:
    if warning := paper.warning(signature):
        yield Line(warning, is_centred=True)
    for name, value in paper.rows(signature):
        yield Line(f"{name}: {value}")


def fitted(part: Part, columns: int) -> Iterator[Line]:
    """Fits entries to the width: a pair to the left and right edge, long texts wrapped."""
    for entry in part:
        if isinstance(entry, Line):
            width = columns // 2 if entry.is_large else columns
            for text in wrap(clean(entry.text), width) or [""]:
                yield Line(text, entry.is_centred, entry.is_large)
        else:
            left, right = entry
            yield from pair(clean(left), clean(right), columns)


def pair(left: str, right: str, columns: int) -> Iterator[Line]:
    right = right[: columns // 2]
    indent = left[: len(left) - len(left.lstrip())]
    *above, last = wrap(left, columns - len(right) - 1, subsequent_indent=indent) or [""]
    for text in above:
        yield Line(text)
    yield Line(f"{last}{right:>{columns - len(last)}}" if right else last)


def clean(text: str) -> str:
    """Removes control characters, which a printer would take for commands, and turns every space into a plain one."""
    plain = (" " if c.isspace() else "" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") else c for c in text)
    return "".join(plain)
