"""The till's views for gift cards and store credit."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.access import attempts
from accounts.doors import managers_only
from accounts.http import StaffRequest
from billing.models import STORED_VALUE, StoredValue, StoredValueEntry, Tender
from billing.receipts import card_codes
from billing.stored_value import balances
from billing.stored_value import gift_cards as cards
from billing.views.forms import AdjustForm, BlockForm, CodeForm, GiftCardForm
from billing.views.frame import register_of
from pos.errors import Refused


@login_required
@require_GET
def gift_cards(request: StaffRequest) -> HttpResponse:
    return page(request)


def page(request: StaffRequest, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    context = {
        "register": register_of(request),
        "tenders": Tender.objects.filter(is_active=True).exclude(kind__in=STORED_VALUE),
        "key": request.POST.get("key") or uuid4(),
        "typed": request.POST,
        "currency": settings.CURRENCY,
        "refusal": refusal,
        **more,
    }
    return render(request, "billing/stored_value/gift_cards.html", context, status=refusal.status if refusal else 200)


@login_required
@sensitive_post_parameters("code")
@require_POST
def sell(request: StaffRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    try:
        asked = GiftCardForm(request.POST).values()
        sold = cards.sell(asked.pop("key"), register=register.code, by=request.user, **asked)
    except Refused as refusal:
        return page(request, refusal)
    return redirect("gift_card_slip", sold.entry.pk)


@login_required
@require_GET
def slip(request: StaffRequest, entry_id: int) -> HttpResponse:
    """The receipt for a card. The code of a new one is shown only for a short time and only to the seller."""
    sold = StoredValueEntry.objects.select_related("card", "shift__register", "tender", "by", "bill")
    entry = get_object_or_404(sold.filter(shift__isnull=False), pk=entry_id)
    context = {"entry": entry, "code": card_codes.code_to_show(entry, request.user)}
    return render(request, "billing/stored_value/gift_card_slip.html", context)


@login_required
@sensitive_post_parameters("code")
@require_POST
def balance(request: StaffRequest) -> HttpResponse:
    """The balance of a card, by its code. Repeated wrong codes are refused for a while."""
    try:
        code = CodeForm(request.POST).values()["code"]
        card = balances.look_up(code, by=request.user, address=attempts.address_of(request))
    except Refused as refusal:
        return page(request, refusal)
    return page(request, card=card, entries=card.entries.select_related("bill", "by"))


@managers_only
@require_POST
def block(request: StaffRequest, card_id: int) -> HttpResponse:
    card = get_object_or_404(StoredValue, pk=card_id)
    try:
        asked = BlockForm(request.POST).values()
        cards.block(card.pk, blocked=asked["blocked"], reason=asked["reason"], by=request.user)
    except Refused as refusal:
        return page(request, refusal)
    card.refresh_from_db()
    return page(request, card=card, entries=card.entries.select_related("bill", "by"))


@managers_only
@require_POST
def adjust(request: StaffRequest, card_id: int) -> HttpResponse:
    card = get_object_or_404(StoredValue, pk=card_id)
    try:
        asked = AdjustForm(request.POST).values()
        cards.adjust(asked["key"], card.pk, amount=asked["amount"], reason=asked["reason"], by=request.user)
    except Refused as refusal:
        return page(request, refusal, card=card, entries=card.entries.select_related("bill", "by"))
    card.refresh_from_db()
    return page(request, card=card, entries=card.entries.select_related("bill", "by"))
