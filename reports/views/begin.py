"""The first run: from an empty shop to its first sale, on one page of steps in any order."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import shop as the_shop
from accounts.doors import managers_only, person
from accounts.models import User
from billing.models import Register, RegisterKind
from inventory.goods import importing, missing
from inventory.models import Product, TaxRate
from pos.errors import Invalid, Refused
from pos.imports import Report
from pos.models import StoreSettings
from pos.web.page_key import once_of
from reports.beginning import countries, opening, samples, steps
from reports.views.begin_forms import (
    CashierForm,
    GoodsForms,
    ImportForm,
    PrinterForm,
    ShopForm,
    TaxesForm,
    TillForm,
    tell,
)

SHOWN = 10
Deed = Callable[[dict[str, Any]], Any]


@require_safe
@managers_only
def begin(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, status: int = 200, **asked: Any) -> HttpResponse:
    """The steps, with the form in `asked` as it was sent."""
    country = countries.COUNTRIES.get(request.GET.get("country", ""))
    still_open = {step.code for step in steps.still_open()}
    facts = {
        "shop_form": asked.get("shop_form") or ShopForm(instance=StoreSettings.in_force()),
        "taxes_form": asked.get("taxes_form") or TaxesForm(country=country),
        "till_form": asked.get("till_form") or TillForm(),
        "printer_form": asked.get("printer_form") or PrinterForm(),
        "goods_forms": asked.get("goods_forms") or GoodsForms(prefix="goods"),
        "import_form": asked.get("import_form") or ImportForm(),
        "cashier_form": asked.get("cashier_form") or CashierForm(),
        "notes": asked.get("notes", ()),
        "country": country and country.code,
        "countries": countries.named(get_language() or settings.LANGUAGE_CODE),
        "rates": TaxRate.objects.order_by("-rate", "name"),
        "tills": Register.objects.filter(is_active=True, kind=RegisterKind.TILL),
        "samples": samples.there().exists(),
        "zone": settings.TIME_ZONE,
        "steps": [(step, step.code in still_open, step.is_done()) for step in steps.STEPS],
    }
    return render(request, "reports/desk/begin.html", facts, status=status)


def onward(request: HttpRequest) -> HttpResponse:
    """To the first step still open."""
    open_steps = steps.still_open()
    return redirect(f"{reverse('begin')}#{open_steps[0].code}" if open_steps else "desk")


def answered(
    request: HttpRequest, name: str, form: forms.BaseForm, deed: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Does the deed if the form is valid; a refusal is shown in the form."""
    status = 400
    if form.is_valid():
        try:
            deed(form.cleaned_data)
            return onward(request)
        except Refused as refused:
            tell(form, refused)
            status = refused.status
    return page(request, status, **{name: form})


@require_POST
@managers_only
def shop(request: HttpRequest) -> HttpResponse:
    form = ShopForm(request.POST, instance=StoreSettings.in_force())
    return answered(request, "shop_form", form, lambda asked: the_shop.change_settings(person(request), **asked))


@require_POST
@managers_only
def taxes(request: HttpRequest) -> HttpResponse:
    def enter(asked: dict[str, Any]) -> TaxRate:
        is_included = asked["prices_include_tax"]
        write = partial(opening.enter_taxes, asked["rates"], prices_include_tax=is_included, by=person(request))
        return once_of(request, "first taxes", asked).make(TaxRate.objects.all(), write)

    return answered(request, "taxes_form", TaxesForm(request.POST), enter)


@require_POST
@managers_only
def till(request: HttpRequest) -> HttpResponse:
    def add(asked: dict[str, Any]) -> Register:
        write = partial(opening.add_till, asked["code"], asked["name"], by=person(request))
        return once_of(request, "first till", asked).make(Register.objects.all(), write)

    return answered(request, "till_form", TillForm(request.POST), add)


@require_POST
@managers_only
def printer(request: HttpRequest) -> HttpResponse:
    def connect(asked: dict[str, Any]) -> None:
        opening.connect_printer(asked["register"].code, asked["printer_host"], by=person(request))

    return answered(request, "printer_form", PrinterForm(request.POST), connect)


@require_POST
@managers_only
def goods(request: HttpRequest) -> HttpResponse:
    rows = GoodsForms(request.POST, prefix="goods")
    if not rows.is_valid():
        return page(request, 400, goods_forms=rows)
    asked = [row.good() for row in rows if row.has_changed()]
    made: list[Product] = []

    def enter() -> Product:
        made[:] = opening.enter_goods(asked, by=person(request))
        return made[0]

    try:
        once_of(request, "first goods", {"goods": asked}).make(Product.objects.all(), enter)
    except Refused as refused:
        rows.non_form_errors().append(refused.message)
        return page(request, refused.status, goods_forms=rows)
    if made:
        said = ngettext("%(number)s product is on sale.", "%(number)s products are on sale.", len(made))
        messages.success(request, said % {"number": len(made)})
    for product in made:
        for sentence in missing.sentences(product):
            messages.warning(request, sentence)
    return onward(request)


@require_POST
@managers_only
def import_goods(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, 400, import_form=form)
    try:
        report = imported(form.cleaned_data["file"], by=person(request))
    except Refused as refused:
        tell(form, refused)
        return page(request, refused.status, import_form=form)
    if not report.is_written:
        form.add_error("file", _("Nothing was written: correct these rows."))
        return page(request, 400, import_form=form, notes=report.errors[:SHOWN])
    said = ngettext("%(number)s product came in.", "%(number)s products came in.", report.created)
    messages.success(request, said % {"number": report.created})
    return onward(request)


def imported(upload: Any, *, by: User) -> Report:
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(upload.name).name or "list.csv")
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        return importing.run(path, by=by)


@require_POST
@managers_only
def put_up_samples(request: HttpRequest) -> HttpResponse:
    try:
        write = partial(samples.put_up, by=person(request))
        once_of(request, "samples", {}).make(Product.objects.all(), write)
        messages.success(request, _("Three samples are on sale."))
    except Refused as refused:
        messages.error(request, refused.message)
    return onward(request)


@require_POST
@managers_only
def wipe_samples(request: HttpRequest) -> HttpResponse:
    samples.wipe(by=person(request))
    messages.success(request, _("The samples are gone. What was sold of them stays in the books."))
    return redirect(f"{reverse('begin')}#goods")


@sensitive_post_parameters("password", "pin")
@require_POST
@managers_only
def cashier(request: HttpRequest) -> HttpResponse:
    def hire(asked: dict[str, Any]) -> User:
        write = partial(opening.hire_cashier, **asked, by=person(request))
        return once_of(request, "first cashier", asked).make(User.objects.all(), write)

    return answered(request, "cashier_form", CashierForm(request.POST), hire)


@require_POST
@managers_only
def skip(request: HttpRequest, step: str) -> HttpResponse:
    try:
        steps.skip(step, by=person(request))
    except Invalid as refused:
        messages.error(request, refused.message)
    return onward(request)
