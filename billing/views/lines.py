"""Views for a line of the basket, its age check and the discount on the whole basket."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest
from billing.basket import lines
from billing.basket.scan_once import once
from billing.views.forms import AgeForm, DiscountForm, NoteForm, PriceForm, QuantityForm, VersionForm
from billing.views.frame import on_basket, open_basket, show_line, standing, with_manager


@login_required
@require_GET
def line_sheet(request: StaffRequest, basket_id: int, line_id: int) -> HttpResponse:
    """Everything that can be done to one line, and the steps of its price."""
    return show_line(request, open_basket(request, basket_id), line_id)


@on_basket
def set_quantity(request: StaffRequest, basket_id: int, line_id: int) -> None:
    asked = QuantityForm(request.POST).values()
    if asked["by"] is None:
        set_to = partial(lines.set_quantity, basket_id, line_id, asked["quantity"], version=asked["version"])
        with_manager(request, set_to)
    else:
        pressed = partial(lines.step, basket_id, line_id, asked["by"])
        name = request.POST.get("once", "")
        with_manager(request, lambda **by: once(basket_id, name, lambda _: pressed(**by), at=standing(request)))


@on_basket
def remove_line(request: StaffRequest, basket_id: int, line_id: int) -> None:
    asked = VersionForm(request.POST).values()
    with_manager(request, partial(lines.remove, basket_id, line_id, version=asked["version"]))


@on_basket
def set_discount(request: StaffRequest, basket_id: int, line_id: int) -> None:
    form = DiscountForm(request.POST)
    off, version = form.discount(), form.values()["version"]
    with_manager(request, partial(lines.set_discount, basket_id, line_id, *off, version=version))


@on_basket
def set_price(request: StaffRequest, basket_id: int, line_id: int) -> None:
    asked = PriceForm(request.POST).values()
    price, reason = asked["unit_price"], asked["reason"]
    with_manager(request, partial(lines.set_price, basket_id, line_id, price, reason, version=asked["version"]))


@on_basket
def write_note(request: StaffRequest, basket_id: int, line_id: int) -> None:
    asked = NoteForm(request.POST).values()
    lines.write_note(basket_id, line_id, asked["note"], version=asked["version"], by=request.user)


@on_basket
def confirm_age(request: StaffRequest, basket_id: int) -> None:
    asked = AgeForm(request.POST).values()
    lines.confirm_age(basket_id, asked["age"], version=asked["version"], by=request.user)


@on_basket
def discount_bill(request: StaffRequest, basket_id: int) -> None:
    form = DiscountForm(request.POST)
    off, version = form.discount(), form.values()["version"]
    with_manager(request, partial(lines.discount_bill, basket_id, *off, version=version))
