"""Mails a purchase order to its supplier, as PDF, by the jobs that mail receipts."""

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import trail
from accounts.models import User
from billing.models import OutboundJob
from billing.receipts import copies, outbox
from inventory.buying import order_pdf, orders
from inventory.models import OPEN_ORDERS, OrderState, PurchaseOrder
from inventory.shelf import bound_keys
from pos.models import StoreSettings
from pos.web.language import of_the_shop


@transaction.atomic
def mail(number: str, *, to: str, by: User) -> OutboundJob:
    """To the supplier's own address if none is given. A draft is sent by this; one that is sent may be mailed again."""
    order = orders.lock(number)
    bound_keys.refuse_elsewhere(by, order.location_id)
    to = copies.checked_address(to or order.supplier.email)
    if order.state == OrderState.DRAFT:
        order = orders.send(number, by=by)
    if order.state not in OPEN_ORDERS:
        raise orders.NotOpen(state=order.state)
    trail.record(by, "order.mailed", order.number)
    with of_the_shop():
        return _job(order, to, by)


def _job(order: PurchaseOrder, to: str, by: User) -> OutboundJob:
    shop = " ".join(StoreSettings.in_force().shop_name.split())
    subject = gettext("%(shop)s: purchase order %(number)s") % {"shop": shop, "number": order.number}
    due = date_format(order.due_on) if order.due_on else ""
    greeting = gettext("Please find attached our purchase order %(number)s. We expect the goods on %(due)s.")
    text = greeting % {"number": order.number, "due": due} + f"\n\n{shop}"
    paper = outbox.Attached(f"{order.number}.pdf", "application/pdf", order_pdf.written(order))
    return outbox.to_mail(subject, to=to, text=text, by=by, attached=[paper])
