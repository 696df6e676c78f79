"""The checkout screen: each view reads the form, calls one verb and shows the basket again."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from billing import baskets, coins
from billing.forms import LabelForm, PayForm, PointsForm, QuantityForm, ScanForm, VersionForm, WhoForm
from billing.models import Basket, BasketState, Register, Shift, Tender
from inventory import search as product_search
from members import finding, registry
from members.forms import MemberForm
from pos.errors import Refused

UNPROCESSABLE = 422
RESULTS = 12


def register_of(request: HttpRequest) -> Register | None:
    """The till this browser stands at, while its shift is open."""
    code = request.session.get("register", "")
    return Register.objects.filter(code=code, is_active=True, shifts__closed_at=None, shifts__isnull=False).first()


@login_required
@require_GET
def till(request: HttpRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    return redirect("basket", baskets.current(register, request.user).pk)


@login_required
@require_GET
def basket(request: HttpRequest, basket_id: int) -> HttpResponse:
    found = get_object_or_404(Basket.objects.select_related("member", "register", "bill"), pk=basket_id)
    if found.bill:
        return redirect("receipt", found.bill.number)
    if register_of(request) is None:
        return redirect("open_shift")
    if found.state != BasketState.OPEN:
        return redirect("till")
    words = request.GET.get("q", "").strip()
    return show(request, found, words=words)


def show(
    request: HttpRequest, found: Basket, *, refusal: Refused | None = None, words: str = "", status: int = 200
) -> HttpResponse:
    context = screen(request, found) | {"refusal": refusal, "words": words}
    if words:
        context["results"] = product_search.products(words, limit=RESULTS)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "billing/_basket.html", context, status=UNPROCESSABLE if refusal else status)
    return render(request, "billing/checkout.html", context, status=refusal.status if refusal else status)


def screen(request: HttpRequest, found: Basket) -> dict[str, Any]:
    shown = baskets.show(found)
    return {
        "basket": found,
        "lines": shown.lines,
        "quote": shown.quote,
        "quick_cash": coins.quick_cash(shown.quote.due_in_cash),
        "tenders": Tender.objects.filter(is_active=True),
        "unknown_codes": request.session.get("unknown_codes", []),
        "register": found.register,
        "shift": Shift.objects.filter(register=found.register, closed_at=None).first(),
        "parked": baskets.parked(),
        "currency": settings.CURRENCY,
    }


BasketView = Callable[..., HttpResponse | None]


def on_basket(view: BasketView) -> Callable[..., HttpResponse]:
    """Run the view's verb, then show the basket: as a fragment, or after a redirect where there is no script."""

    @login_required
    @require_POST
    @wraps(view)
    def door(request: HttpRequest, basket_id: int, **kwargs: Any) -> HttpResponse:
        refusal, answer = None, None
        try:
            answer = view(request, basket_id, **kwargs)
        except Refused as error:
            refusal = error
        if answer is not None:
            return answer
        if refusal is None and not request.htmx:  # type: ignore[attr-defined]
            return redirect("basket", basket_id)
        found = Basket.objects.select_related("member", "register", "bill").filter(pk=basket_id).first()
        if found is None:
            raise Http404
        if found.state != BasketState.OPEN:
            return go(request, "basket", basket_id)
        return show(request, found, refusal=refusal)

    return door


def go(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    """A redirect that leaves the page, also when htmx asked."""
    answer = redirect(name, *args)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer


@on_basket
def scan(request: HttpRequest, basket_id: int) -> HttpResponse | None:
    asked = ScanForm(request.POST).values()
    try:
        baskets.scan(basket_id, asked["code"], asked["quantity"] or 1)
    except baskets.UnknownCode:
        if product_search.products(asked["code"], limit=1):
            return show(request, get_object_or_404(Basket, pk=basket_id, state=BasketState.OPEN), words=asked["code"])
        remember_unknown(request, asked["code"])
        raise
    return None


def remember_unknown(request: HttpRequest, code: str) -> None:
    known = request.session.get("unknown_codes", [])
    request.session["unknown_codes"] = [code, *[other for other in known if other != code]][:10]


@on_basket
def forget_unknown(request: HttpRequest, basket_id: int) -> None:
    request.session.pop("unknown_codes", None)


@login_required
@require_GET
def search(request: HttpRequest, basket_id: int) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    found = product_search.products(words, limit=RESULTS) if words else []
    return render(request, "billing/_results.html", {"results": found, "words": words, "basket": {"id": basket_id}})


@on_basket
def add(request: HttpRequest, basket_id: int, product_id: int) -> None:
    baskets.add(basket_id, product_id)


@on_basket
def set_quantity(request: HttpRequest, basket_id: int, line_id: int) -> None:
    asked = QuantityForm(request.POST).values()
    baskets.set_quantity(basket_id, line_id, asked["quantity"], version=asked["version"], by=request.user)


@on_basket
def remove_line(request: HttpRequest, basket_id: int, line_id: int) -> None:
    baskets.remove(basket_id, line_id, version=VersionForm(request.POST).values()["version"], by=request.user)


@on_basket
def attach_member(request: HttpRequest, basket_id: int) -> None:
    asked = WhoForm(request.POST).values()
    baskets.attach_member(basket_id, finding.one(asked["who"]), version=asked["version"])


@on_basket
def detach_member(request: HttpRequest, basket_id: int) -> None:
    baskets.detach_member(basket_id, version=VersionForm(request.POST).values()["version"])


@login_required
def register_member(request: HttpRequest, basket_id: int) -> HttpResponse:
    """Make a member at the till and attach it to the basket."""
    found = get_object_or_404(Basket, pk=basket_id, state=BasketState.OPEN)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = registry.register(**form.cleaned_data, by=request.user)
            baskets.attach_member(found.pk, member, version=found.version)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("basket", found.pk)
    context = {"form": form, "basket": found}
    return render(request, "members/member_form.html", context, status=400 if form.errors else 200)


@on_basket
def spend_points(request: HttpRequest, basket_id: int) -> None:
    asked = PointsForm(request.POST).values()
    baskets.spend_points(basket_id, asked["points"], asked["pin"], version=asked["version"], by=request.user)


@on_basket
def forget_points(request: HttpRequest, basket_id: int) -> None:
    baskets.forget_points(basket_id, version=VersionForm(request.POST).values()["version"])


@on_basket
def park(request: HttpRequest, basket_id: int) -> HttpResponse:
    asked = LabelForm(request.POST).values()
    baskets.park(basket_id, asked["label"], version=asked["version"])
    return go(request, "till")


@on_basket
def drop(request: HttpRequest, basket_id: int) -> HttpResponse:
    baskets.drop(basket_id, version=VersionForm(request.POST).values()["version"], by=request.user)
    return go(request, "till")


@login_required
@require_POST
def resume(request: HttpRequest, basket_id: int) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    baskets.resume(basket_id, register=register, by=request.user)
    return redirect("basket", basket_id)


@login_required
@require_POST
def new_basket(request: HttpRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    return redirect("basket", baskets.start(register, request.user).pk)


@on_basket
def pay(request: HttpRequest, basket_id: int) -> HttpResponse:
    form = PayForm(request.POST)
    asked = form.values()
    register = register_of(request)
    bill = baskets.pay(
        basket_id,
        form.payments(),
        version=asked["version"],
        shown_total=asked["shown_total"],
        register=register.code if register else "",
        by=request.user,
    )
    return go(request, "receipt", bill.number)
