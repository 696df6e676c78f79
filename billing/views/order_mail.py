"""A purchase order mailed from its page."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.doors import managers_only
from accounts.http import StaffRequest
from billing.models import OutboundJob
from billing.receipts import order_mail
from inventory.views import orders
from pos.errors import Refused
from pos.web.page_key import once_of


@require_POST
@managers_only
def mail_order(request: StaffRequest, number: str) -> HttpResponse:
    order, address = orders.known(number), request.POST.get("address", "")[:254]
    try:
        once = once_of(request, f"mail of order {order.number}", {"address": address})
        once.make(OutboundJob.objects.all(), partial(order_mail.mail, order.number, to=address, by=request.user))
    except Refused as refusal:
        return orders.show(request, order, refusal)
    messages.success(request, _("The order is on its way."))
    return redirect("order", order.number)
