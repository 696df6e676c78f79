"""Shared by all views of the checkout: the till, the basket shown, and managers' approvals."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.approvals.approval_flow import with_approval
from accounts.approvals.approvals import NeedsApproval
from accounts.http import StaffRequest
from billing.basket import baskets, beside, presented_cards, priced, returned_goods, tiles, whose
from billing.basket.for_screen import for_screen
from billing.basket.whose import AlreadyTaken, Standing
from billing.codes import unknown_codes
from billing.drawer import coins, registers
from billing.models import Basket, BasketState, Register, Tender
from billing.outage import problems
from billing.receipts import outbox
from billing.returns import tenders_back
from billing.returns.refunds import Preview
from inventory.goods import search
from pos.errors import Invalid, Refused
from pos.money import cash_step

UNPROCESSABLE = 422
RESULTS = 12
MOST_TOKENS = 3
Answer = TypeVar("Answer")
BasketView = Callable[..., HttpResponse | Basket | None]


def register_of(request: StaffRequest) -> Register | None:
    """The register this browser works at, if its shift is open."""
    return registers.with_open_shift(request.session.get("register", ""))


def standing(request: StaffRequest) -> Standing:
    return Standing(request.user, request.session.get("register", ""))


def open_basket(request: StaffRequest, basket_id: int) -> Basket:
    """The basket, if it is open and belongs to this till and cashier."""
    baskets_open = for_screen().select_related("cashier").filter(state=BasketState.OPEN)
    found = get_object_or_404(baskets_open, pk=basket_id)
    whose.refuse_others(found, standing(request))
    return found


def show(
    request: StaffRequest, found: Basket, *, refusal: Refused | None = None, query: str = "", **more: Any
) -> HttpResponse:
    context = screen(request, found)
    context |= {"refusal": refusal or context["fault"], "query": query, **more}
    if query:
        context["results"] = search.products(query, limit=RESULTS, location=found.register.location_id)
    if request.htmx:
        return render(request, "billing/basket/_basket.html", context, status=UNPROCESSABLE if refusal else 200)
    context["register"] = found.register
    context["tiles"] = tiles.shown(found.register, *asked_tiles(request))
    context["troubles"] = outbox.failed(found.register)
    if found.register.outage_sales:
        context["outage_waiting"] = problems.waiting(found.register)
    return render(request, "billing/basket/checkout.html", context, status=refusal.status if refusal else 200)


def show_line(request: StaffRequest, found: Basket, line_id: int, refusal: Refused | None = None) -> HttpResponse:
    """The sheet of one line; a page of its own without script."""
    line = next((line for line in priced.show(found).lines if line.id == line_id), None)
    if line is None:
        raise Http404
    page = "billing/basket/_line_sheet.html" if request.htmx else "billing/basket/line.html"
    context = {"basket": found, "line": line, "refusal": refusal}
    return render(request, page, context, status=refusal.status if refusal else 200)


def screen(request: StaffRequest, found: Basket) -> dict[str, Any]:
    around = beside.read(found)
    shown = priced.show(found, around)
    swap = returned_goods.shown(found, shown.quote)
    paying = swap.paying if swap and swap.paying else shown.quote
    presented = presented_cards.parts(found, paying.due - shown.quote.cards) if around.has_presented else []
    if presented:
        paying = returned_goods.Paying(shown.quote.total, paying.due - presented_cards.together(presented))
    quick_cash = coins.quick_cash(paying.due_in_cash)
    return {
        "basket": found,
        "lines": shown.lines,
        "gift_cards": shown.gift_cards,
        "count": shown.count,
        "quote": shown.quote,
        "fault": shown.fault,
        "most_points": min(shown.quote.due_for_goods, found.member.points) if found.member else None,
        "swap": swap,
        "paying": paying,
        "presented": presented,
        "on_cards": presented_cards.together(presented),
        "given_back": given_back(swap.preview) if swap and swap.preview else [],
        "cash_step": cash_step(),
        "exact_cash": bool(quick_cash),
        "round_cash": tuple(quick_cash[1:]),
        "tenders": around.tenders,
        "needs_price": shown.needs_price,
        "needs_weight": shown.needs_weight,
        "asked_age": shown.asked_age,
        "latest_birthday": shown.latest_birthday,
        "points_asked": around.points_asked,
        "unknown_codes": unknown_codes.at_till(found.register) if around.has_unknown_codes else [],
        "open_baskets": around.mine(request.user.pk),
        "parked": around.parked,
        "of_others": around.of_others(request.user.pk),
        "currency": settings.CURRENCY,
    }


def given_back(shown: Preview) -> list[dict[str, Any]]:
    """The tenders money may go back in, with the proposed amounts filled in."""
    proposed = {payment.method: payment.amount for payment in shown.payments}
    active = {tender.code: tender for tender in Tender.objects.filter(is_active=True)}
    limits = tenders_back.limits(shown.left, {code: tender.kind for code, tender in active.items()})
    return [{"tender": active[code], "left": left, "proposed": proposed.get(code)} for code, left in limits.items()]


def asked_tiles(request: StaffRequest) -> tuple[int | None, int]:
    """The category to show (None: the favourites) and the page."""
    return asked_number(request, "shelf"), asked_number(request, "page") or 1


def asked_number(request: StaffRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def go(request: StaffRequest, name: str, *args: Any, query: dict[str, Any] | None = None) -> HttpResponse:
    """Redirects to another page, for htmx requests too."""
    answer = HttpResponseRedirect(reverse(name, args=args, query=query))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer


def only_looks(request: StaffRequest) -> bool:
    """Whether a form is sent only to show its result, not to carry it out."""
    return request.method == "POST" and "look" in request.GET


def look(request: StaffRequest) -> HttpResponse:
    """Redirects to the page with the typed values in its address, all but the CSRF token."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    return redirect(f"{request.path}?{typed.urlencode()}")


def on_basket(view: BasketView, *, looks_first: bool = True) -> Callable[..., HttpResponse]:
    """Wraps a view that changes a basket, then shows the basket: as a fragment for htmx, otherwise after a redirect.
    It is read anew unless the view returns it as it is now.

    `looks_first` refuses another cashier's basket before the view is called.
    """

    @login_required
    @require_POST
    @wraps(view)
    def door(request: StaffRequest, basket_id: int, **kwargs: Any) -> HttpResponse:
        refusal, answer = None, None
        try:
            if looks_first:
                refuse_others(request, basket_id)
            answer = view(request, basket_id, **kwargs)
        except AlreadyTaken as taken:
            messages.warning(request, taken.message)
            return go(request, "till")
        except Refused as error:
            refusal = error
        if isinstance(answer, HttpResponse):
            return answer
        if refusal is None and not request.htmx:
            return redirect("basket", basket_id)
        found = answer or for_screen().select_related("bill").filter(pk=basket_id).first()
        if found is None:
            raise Http404
        if found.state != BasketState.OPEN:
            return go(request, "basket", basket_id)
        if "line_id" in kwargs and isinstance(refusal, Invalid) and not request.htmx:
            return show_line(request, found, kwargs["line_id"], refusal)
        return show(request, found, refusal=refusal)

    return sensitive_post_parameters("pin", "approver_pin")(door)


# For views that lock the basket and then refuse another cashier's themselves
on_held_basket = partial(on_basket, looks_first=False)


def refuse_others(request: StaffRequest, basket_id: int) -> None:
    found = baskets.look(basket_id)
    if found:
        whose.refuse_others(found, standing(request))


def with_manager(request: StaffRequest, verb: Callable[..., Answer]) -> Answer:
    """Calls `verb`, with a manager's approval for every action that needs one."""
    tokens: list[str] = []

    def deed(token: str | None) -> Answer:
        if token and token not in tokens:
            tokens.insert(0, token)
        return verb(by=request.user, tokens=tokens)

    for _ in range(MOST_TOKENS - 1):
        known = len(tokens)
        try:
            return with_approval(request, deed)
        except NeedsApproval:
            if len(tokens) == known:
                raise
    return with_approval(request, deed)
