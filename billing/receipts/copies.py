"""Prints and mails bills. Every printing is counted, and from the second one on it is marked as a copy."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.approvals import approvals
from accounts.models import Action, User
from billing import counter
from billing.models import Bill, OutboundJob, PaperKind, ReceiptPrint, Register, Shift
from billing.receipts import card_codes, finding, outbox, practice, printer, slip
from pos.errors import Invalid, Refused
from pos.web.language import of_the_shop

NO_SUCH_PAPER = _("A bill is printed as a receipt, a gift receipt or an invoice.")


class NoMail(Refused):
    code = "no_mail"
    message = _("This shop sends no e-mail: no mail server is set up.")


class NotCounted(Refused):
    code = "not_counted"
    message = _("Papers of a practice bill are not counted: print it at its till.")


class NoPrinter(Refused):
    code = "no_printer"
    message = _("This till has no receipt printer of its own.")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printing. `job` is set if the till has its own printer; without it the browser prints the page."""

    entry: ReceiptPrint
    job: OutboundJob | None


@transaction.atomic
def printed(
    number: str, *, kind: str, by: User, register: Register | None = None, approval: str | None = None
) -> Printed:
    """Prints and counts. The first printing of a kind is the original, later ones are copies 1, 2 and so on; many
    copies need approval.

    `register` is the till that prints; a copy counts in its open shift.
    """
    if kind not in PaperKind.values:
        raise Invalid("kind", NO_SUCH_PAPER)
    if register:
        counter.refuse_key(by, register.code, register.location_id)
    shift = hold_shift(register)
    bill = hold(number)
    entry = ReceiptPrint.objects.create(
        bill=bill, kind=kind, copy=bill.prints.filter(kind=kind).count(), shift=shift, by=by
    )
    if entry.copy:
        approvals.clear(
            Action.REPRINT,
            by=by,
            size=Decimal(entry.copy),
            facts={"bill": bill.number, "kind": kind, "copy": entry.copy},
            approval=approval,
            reference=f"print {entry.pk}",
        )
    if register is None or not register.printer_host or kind == PaperKind.INVOICE:
        return Printed(entry, None)
    with of_the_shop():
        codes = [card for card in card_codes.to_print(bill, by) if card.code and kind == PaperKind.RECEIPT]
        payload = printer.render(bill, kind, entry.copy, codes)
    moved_cash = kind == PaperKind.RECEIPT and not entry.copy and moved(bill)
    subject = f"{kind} {bill.number}"
    return Printed(entry, outbox.to_print(register, subject, payload, by=by, opens_drawer=moved_cash, entry=entry))


def sent(number: str, *, kind: str, by: User, register: Register, approval: str | None = None) -> OutboundJob:
    """Prints at this till's own printer; refuses without one, and then counts nothing."""
    if not register.printer_host or kind == PaperKind.INVOICE:
        raise NoPrinter(register=register.code)
    made = printed(number, kind=kind, by=by, register=register, approval=approval)
    assert made.job
    return made.job


def moved(bill: Bill) -> bool:
    """Whether the bill moved cash; of an exchange, either bill."""
    return hasattr(bill, "cash_movement") or (bill.exchange is not None and hasattr(bill.exchange, "cash_movement"))


def practised(number: str, *, kind: str, by: User, register: Register | None) -> OutboundJob:
    """Prints a practice bill, which says so on it; counts nothing and opens no drawer."""
    if kind not in PaperKind.values:
        raise Invalid("kind", NO_SUCH_PAPER)
    if register is None or not register.printer_host or kind == PaperKind.INVOICE:
        raise NoPrinter()
    with practice.present(number), of_the_shop():
        bill = finding.find(number)
        payload = printer.render(bill, kind, 0)
    return outbox.to_print(register, f"{kind} {bill.number}", payload, by=by, opens_drawer=False)


@transaction.atomic
def hand_over(bill: Bill, *, by: User, at: Register | None = None) -> None:
    """Prints the receipt after a sale or refund if the till has a printer. Does it once, however often it is called.
    `at` is the register, where it has just been read."""
    register = at if at and at.pk == bill.register_id else Register.objects.get(pk=bill.register_id)
    if not register.printer_host:
        return
    hold_shift(register)
    if bill.is_practice:
        subject = f"{PaperKind.RECEIPT} {bill.number}"
        if not OutboundJob.objects.filter(register=register, subject=subject, created_at__gte=bill.at).exists():
            practised(bill.number, kind=PaperKind.RECEIPT, by=by, register=register)
        return
    if not hold(bill.number).prints.filter(kind=PaperKind.RECEIPT).exists():
        printed(bill.number, kind=PaperKind.RECEIPT, by=by, register=register)


def hold_shift(register: Register | None) -> Shift | None:
    """Locks the till and returns its open shift, which so cannot close before the copy is counted."""
    if register is None:
        return None
    counter.lock(register.code)
    return register.shifts.open().first()


def hold(number: str) -> Bill:
    """The bill, locked so that two printings get two numbers."""
    if practice.is_number(number):
        raise NotCounted()
    bill = finding.find(number)
    Bill.objects.select_for_update(no_key=True).get(pk=bill.pk)
    return bill


def mail(number: str, *, to: str, by: User) -> OutboundJob:
    """Mails the receipt as text and HTML; any number of times."""
    to = checked_address(to)
    with practice.present(number), of_the_shop():
        bill = finding.find(number)
        shop = " ".join(bill.terms.shop_name.split())
        lines = slip.lines(bill, PaperKind.RECEIPT, 0, slip.COLUMNS[80])
        plain = (line.text.center(slip.COLUMNS[80]).rstrip() if line.is_centred else line.text for line in lines)
        text = "\n".join(plain)
        html = render_to_string("billing/receipts/mail.html", {**finding.facts(bill), "logo": ""})
        subject = gettext("%(shop)s: your receipt %(number)s") % {"shop": shop, "number": bill.number}
    return outbox.to_mail(subject, to=to, text=text, html=html, by=by)


def checked_address(to: str) -> str:
    """An address to mail to. Refuses every one while the shop sends no mail."""
    if not settings.SENDS_MAIL:
        raise NoMail
    try:
        validate_email(to := to.strip())
    except ValidationError:
        raise Invalid("address", _("This is no e-mail address.")) from None
    return to
