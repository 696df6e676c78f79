"""The checkout: each view reads the form, calls one function and shows the basket again."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import attempts
from accounts.http import StaffRequest
from billing.basket import baskets, meaning, paying, returned_goods, scanning, tiles, whose
from billing.basket.for_screen import for_screen
from billing.basket.scan_once import once
from billing.codes import unknown_codes
from billing.models import Basket, BasketState, Bill
from billing.receipts import copies, practice
from billing.views.bills import address_of, show_receipt
from billing.views.forms import LabelForm, PayForm, ScanForm, VersionForm
from billing.views.frame import (
    RESULTS,
    asked_tiles,
    go,
    on_basket,
    on_held_basket,
    open_basket,
    register_of,
    show,
    standing,
    with_manager,
)
from inventory.goods import search
from pos.errors import Refused, Stale
from pos.web.page_key import once_of


@login_required
@require_GET
def till(request: StaffRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    return redirect("basket", baskets.current(register, request.user).pk)


@login_required
@require_GET
def basket(request: StaffRequest, basket_id: int) -> HttpResponse:
    found = get_object_or_404(for_screen().select_related("bill", "cashier"), pk=basket_id)
    if bill := found.bill or practice.of_basket(found):
        return redirect("receipt", bill.number)
    if register_of(request) is None:
        return redirect("open_shift")
    try:
        whose.refuse_others(found, standing(request))
    except whose.AlreadyTaken as taken:
        messages.warning(request, taken.message)
        return redirect("till")
    if found.state != BasketState.OPEN:
        return redirect("till")
    return show(request, found, query=request.GET.get("q", "").strip())


@on_held_basket
def scan(request: StaffRequest, basket_id: int) -> HttpResponse | Basket | None:
    asked = ScanForm(request.POST).values()
    try:
        scan_into = partial(scanning.scan_into, text=asked["code"], quantity=asked["quantity"])
        return add_once(request, basket_id, scan_into)
    except scanning.UnknownCode as unknown:
        address = attempts.address_of(request)
        meant = meaning.make_out(basket_id, asked["code"], unknown, by=request.user, address=address)
        if meant.bill:
            return go_to_bill(request, basket_id, meant.bill, for_exchange=meant.for_exchange)
        if meant.product:
            return add_once(request, basket_id, partial(baskets.add_held, product=meant.product, quantity=meant.amount))
        if meant.search:
            return show(request, open_basket(request, basket_id), query=meant.search)
    return None


def add_once(request: StaffRequest, basket_id: int, add: Callable[..., object]) -> Basket:
    """Adds to the basket, once for each scan or press, and with a manager's approval if needed."""
    name = request.POST.get("once", "")
    return with_manager(request, lambda **by: once(basket_id, name, lambda held: add(held, **by), at=standing(request)))


def go_to_bill(request: StaffRequest, basket_id: int, bill: Bill, *, for_exchange: bool) -> HttpResponse:
    """Goes to the scanned bill; with goods in the basket, to its refund page for an exchange. The header tells the till
    not to keep the scan."""
    page, query = ("refund", {"basket": basket_id}) if for_exchange else ("bill_detail", None)
    answer = go(request, page, bill.number, query=query)
    answer["Till-Answered"] = "yes"
    return answer


@on_basket
def keep_returns(request: StaffRequest, basket_id: int) -> None:
    returned_goods.keep(basket_id, version=VersionForm(request.POST).values()["version"])


@on_basket
def forget_unknown(request: StaffRequest, basket_id: int) -> None:
    unknown_codes.set_aside(open_basket(request, basket_id).register)


@login_required
@require_GET
def results(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Products found while the cashier types."""
    query = request.GET.get("q", "").strip()
    there = request.GET.get("at", "")  # only what is shown depends on it
    location = int(there) if there.isascii() and there.isdecimal() and len(there) < 19 else None
    found = search.products(query, limit=RESULTS, location=location) if query else []
    context = {"results": found, "query": query, "basket": {"pk": basket_id}}
    return render(request, "billing/basket/_results.html", context)


@on_held_basket
def add(request: StaffRequest, basket_id: int, product_id: int) -> Basket:
    return add_once(request, basket_id, partial(baskets.add_held, product=product_id, quantity=None))


@login_required
@require_GET
def tiles_of(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Another category or page of tiles; without script, the whole page."""
    found = open_basket(request, basket_id)
    if not request.htmx:
        return show(request, found)
    shelf = tiles.shown(found.register, *asked_tiles(request))
    part = "billing/basket/_tiles.html" if shelf.page == 1 else "billing/basket/_tile_page.html"
    return render(request, part, {"basket": found, "tiles": shelf})


@on_basket
def park(request: StaffRequest, basket_id: int) -> HttpResponse:
    asked = LabelForm(request.POST).values()
    baskets.park(basket_id, asked["label"], version=asked["version"])
    return go(request, "till")


@on_basket
def drop(request: StaffRequest, basket_id: int) -> HttpResponse:
    asked = VersionForm(request.POST).values()
    with_manager(request, partial(baskets.drop, basket_id, version=asked["version"]))
    return go(request, "till")


@login_required
@require_POST
def resume(request: StaffRequest, basket_id: int) -> HttpResponse:
    return taken(request, partial(whose.resume, basket_id))


@login_required
@require_POST
def take_over(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Takes over the open basket of another cashier at this till."""
    version = VersionForm(request.POST).values()["version"]
    return taken(request, partial(whose.take_over, basket_id, version=version))


def taken(request: StaffRequest, take: Callable[..., Basket]) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    try:
        return redirect("basket", take(register=register, by=request.user).pk)
    except (baskets.BasketIsClosed, Stale) as refused:
        messages.warning(request, refused.message)
        return redirect("till")


@login_required
@require_POST
def new_basket(request: StaffRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    once = once_of(request, f"basket at register {register.code}", {})
    return redirect("basket", once.make(Basket.objects.all(), partial(baskets.start, register, request.user)).pk)


@on_basket
def pay(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Sells the basket. With script the receipt itself is the answer, and the header names its address."""
    form = PayForm(request.POST)
    asked = form.values()
    register = register_of(request)
    pay_basket = partial(
        paying.pay,
        basket_id,
        form.payments(),
        version=asked["version"],
        shown_total=asked["shown_total"],
        shown_difference=asked["shown_difference"],
        shown_on_cards=asked["shown_on_cards"],
        register=register.code if register else "",
    )
    bill = with_manager(request, pay_basket)
    with suppress(Refused):  # the bill is paid; if the printer fails, the receipt page says so
        copies.hand_over(bill, by=request.user, at=register)
    if not request.htmx:
        return redirect("receipt", bill.number)
    page = show_receipt(request, bill.number)
    page["Page-Address"] = address_of(bill)
    return page
