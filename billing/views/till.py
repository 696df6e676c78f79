"""The checkout screen: each view reads the form, calls one verb and shows the basket again."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.approvals import NeedsApproval
from accounts.approving import with_approval
from accounts.http import StaffRequest
from billing import baskets, coins, jobs, lines, paper, receipts, scanning, second_screen, showing, tiles, unknown
from billing.forms import LabelForm, PayForm, PointsForm, QuantityForm, ScanForm, VersionForm, WhoForm
from billing.models import Basket, BasketState, Register, Tender
from billing.once import once
from inventory import search
from members import finding, registry
from members.forms import RegisterForm
from members.points import UnknownMember
from members.views import explain
from pos.errors import Refused

UNPROCESSABLE = 422
RESULTS = 12
PURCHASES = 8
MOST_WORDS = 3
Answer = TypeVar("Answer")


def register_of(request: StaffRequest) -> Register | None:
    """The till this browser stands at, while its shift is open."""
    code = request.session.get("register", "")
    return Register.objects.filter(code=code, is_active=True, shifts__closed_at=None, shifts__isnull=False).first()


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
    found = get_object_or_404(Basket.objects.select_related("member", "register", "bill", "points_asked"), pk=basket_id)
    if found.bill:
        return redirect("receipt", found.bill.number)
    if register_of(request) is None:
        return redirect("open_shift")
    if found.state != BasketState.OPEN:
        return redirect("till")
    return show(request, found, query=request.GET.get("q", "").strip())


def show(
    request: StaffRequest, found: Basket, *, refusal: Refused | None = None, query: str = "", **more: Any
) -> HttpResponse:
    context = screen(request, found) | {"refusal": refusal, "query": query, **more}
    if query:
        context["results"] = search.products(query, limit=RESULTS)
    if request.htmx:
        return render(request, "billing/_basket.html", context, status=UNPROCESSABLE if refusal else 200)
    context["tiles"] = tiles.shown(found.register, asked_shelf(request))
    context["troubles"] = jobs.failed(found.register)
    return render(request, "billing/checkout.html", context, status=refusal.status if refusal else 200)


def screen(request: StaffRequest, found: Basket) -> dict[str, Any]:
    shown = showing.show(found)
    return {
        "basket": found,
        "lines": shown.lines,
        "quote": shown.quote,
        "most_points": min(shown.quote.due, found.member.points) if found.member else None,
        "quick_cash": coins.quick_cash(shown.quote.due_in_cash),
        "tenders": Tender.objects.filter(is_active=True),
        "needs_price": shown.needs_price,
        "unknown_codes": unknown.at_till(found.register),
        "register": found.register,
        "open_baskets": baskets.mine(found.register, request.user),
        "parked": baskets.parked(),
        "currency": settings.CURRENCY,
    }


BasketView = Callable[..., HttpResponse | None]


def on_basket(view: BasketView) -> Callable[..., HttpResponse]:
    """Run the view's verb, then show the basket: as a fragment, or after a redirect where there is no script."""

    @login_required
    @require_POST
    @wraps(view)
    def door(request: StaffRequest, basket_id: int, **kwargs: Any) -> HttpResponse:
        refusal, answer = None, None
        try:
            answer = view(request, basket_id, **kwargs)
        except Refused as error:
            refusal = error
        if answer is not None:
            return answer
        if refusal is None and not request.htmx:
            return redirect("basket", basket_id)
        found = Basket.objects.select_related("member", "register", "bill", "points_asked").filter(pk=basket_id).first()
        if found is None:
            raise Http404
        if found.state != BasketState.OPEN:
            return go(request, "basket", basket_id)
        return show(request, found, refusal=refusal)

    return sensitive_post_parameters("pin", "approver_pin")(door)


def go(request: StaffRequest, name: str, *args: Any) -> HttpResponse:
    """A redirect that leaves the page, also when htmx asked."""
    answer = redirect(name, *args)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer


def with_manager(request: StaffRequest, verb: Callable[..., Answer]) -> Answer:
    """Do it, with a manager's word for each thing the table asks one for."""
    words: list[str] = []

    def deed(word: str | None) -> Answer:
        if word and word not in words:
            words.insert(0, word)
        return verb(by=request.user, words=words)

    for _ in range(MOST_WORDS - 1):
        known = len(words)
        try:
            return with_approval(request, deed)
        except NeedsApproval:
            if len(words) == known:
                raise
    return with_approval(request, deed)


@on_basket
def scan(request: StaffRequest, basket_id: int) -> HttpResponse | None:
    asked = ScanForm(request.POST).values()
    try:
        once(
            basket_id,
            request.POST.get("once", ""),
            lambda: scanning.scan(basket_id, asked["code"], asked["quantity"] or Decimal(1)),
        )
    except scanning.UnknownCode as refused:
        if bill := receipts.on_paper(asked["code"]):
            return go(request, "bill_detail", bill.number)
        if refused.words and search.products(asked["code"], limit=1):
            return show(request, open_basket(basket_id), query=asked["code"])
        unknown.note(refused.facts["code"], register=open_basket(basket_id).register, by=request.user)
        raise
    return None


def open_basket(basket_id: int) -> Basket:
    baskets_open = Basket.objects.select_related("member", "register", "points_asked").filter(state=BasketState.OPEN)
    return get_object_or_404(baskets_open, pk=basket_id)


@on_basket
def forget_unknown(request: StaffRequest, basket_id: int) -> None:
    unknown.set_aside(open_basket(basket_id).register)


@login_required
@require_GET
def results(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Products while the cashier types."""
    query = request.GET.get("q", "").strip()
    found = search.products(query, limit=RESULTS) if query else []
    return render(request, "billing/_results.html", {"results": found, "query": query, "basket": {"pk": basket_id}})


@on_basket
def add(request: StaffRequest, basket_id: int, product_id: int) -> None:
    once(basket_id, request.POST.get("once", ""), lambda: baskets.add(basket_id, product_id))


@login_required
@require_GET
def tiles_of(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Another shelf of tiles; without script, the whole page with it."""
    found = open_basket(basket_id)
    if not request.htmx:
        return show(request, found)
    shelf = tiles.shown(found.register, asked_shelf(request))
    return render(request, "billing/_tiles.html", {"basket": found, "tiles": shelf})


def asked_shelf(request: StaffRequest) -> int | None:
    asked = request.GET.get("shelf", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


@on_basket
def set_quantity(request: StaffRequest, basket_id: int, line_id: int) -> None:
    asked = QuantityForm(request.POST).values()
    with_manager(request, partial(lines.set_quantity, basket_id, line_id, asked["quantity"], version=asked["version"]))


@on_basket
def remove_line(request: StaffRequest, basket_id: int, line_id: int) -> None:
    asked = VersionForm(request.POST).values()
    with_manager(request, partial(lines.remove, basket_id, line_id, version=asked["version"]))


@on_basket
def attach_member(request: StaffRequest, basket_id: int) -> HttpResponse | None:
    """Attach the member meant, or show those who might be."""
    asked = WhoForm(request.POST).values()
    found = finding.find(asked["who"])
    if not found:
        raise UnknownMember("No member has this card, phone, e-mail or name.")
    if len(found) > 1:
        return show(request, open_basket(basket_id), found_members=found)
    baskets.attach_member(basket_id, found[0], version=asked["version"])
    return None


@on_basket
def detach_member(request: StaffRequest, basket_id: int) -> None:
    baskets.detach_member(basket_id, version=VersionForm(request.POST).values()["version"])


@login_required
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def register_member(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Make a member at the till and attach it to the basket."""
    found = open_basket(basket_id)
    form, status = RegisterForm(request.POST or None), 200
    if form.is_valid():
        try:
            member = registry.register(**form.cleaned_data, by=request.user)
            baskets.attach_member(found.pk, member, version=found.version)
            return redirect("basket", found.pk)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "members/member_form.html", {"form": form, "basket": found}, status=status)


@on_basket
@sensitive_post_parameters("pin")
def spend_points(request: StaffRequest, basket_id: int) -> None:
    asked = PointsForm(request.POST).values()
    baskets.spend_points(basket_id, asked["points"], asked["pin"], version=asked["version"], by=request.user)


@on_basket
def ask_points(request: StaffRequest, basket_id: int) -> None:
    """Have the member asked on the second screen."""
    asked = PointsForm(request.POST).values()
    second_screen.ask(basket_id, asked["points"], version=asked["version"])


@on_basket
def stop_asking(request: StaffRequest, basket_id: int) -> None:
    second_screen.stop_asking(basket_id)


@login_required
@require_GET
def answered(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Nothing while the member is still asked, then the basket as it became."""
    found = open_basket(basket_id)
    return HttpResponse(status=204) if hasattr(found, "points_asked") else show(request, found)


@login_required
@require_GET
def purchases(request: StaffRequest, basket_id: int) -> HttpResponse:
    """What the basket's member bought lately."""
    found = open_basket(basket_id)
    bought = receipts.bought_by(found.member_id, PURCHASES) if found.member_id else []
    return render(request, "billing/_purchases.html", {"basket": found, "bought": bought})


@on_basket
def forget_points(request: StaffRequest, basket_id: int) -> None:
    baskets.forget_points(basket_id, version=VersionForm(request.POST).values()["version"])


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
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    try:
        baskets.resume(basket_id, register=register, by=request.user)
    except baskets.BasketIsClosed as refused:
        messages.warning(request, refused.message)
        return redirect("till")
    return redirect("basket", basket_id)


@login_required
@require_POST
def new_basket(request: StaffRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    return redirect("basket", baskets.start(register, request.user).pk)


@on_basket
def pay(request: StaffRequest, basket_id: int) -> HttpResponse:
    form = PayForm(request.POST)
    asked = form.values()
    register = register_of(request)
    pay_basket = partial(
        baskets.pay,
        basket_id,
        form.payments(),
        version=asked["version"],
        shown_total=asked["shown_total"],
        register=register.code if register else "",
    )
    bill = with_manager(request, pay_basket)
    with suppress(Refused):  # paid is paid: a till that cannot print says so on the receipt's page
        paper.hand_over(bill, by=request.user)
    return go(request, "receipt", bill.number)
