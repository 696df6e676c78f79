"""Labels for shelves and goods: chosen, then printed by the browser on sheets or rolls."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.goods import search
from inventory.labels import papers, wanted
from inventory.labels.papers import KINDS, MOST_PLACES, PAPERS
from inventory.views.goods import YEAR
from pos.errors import Invalid, Refused

PAPER, KIND = "label_paper", "label_kind"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)  # beyond these no zone can reckon


class PaperForm(forms.Form):
    """How labels are printed. What makes no sense is the usual."""

    paper = forms.ChoiceField(
        label=_("Paper"), choices=lambda: [(slug, str(each.name)) for slug, each in PAPERS.items()]
    )
    kind = forms.ChoiceField(label=_("Label"), choices=KINDS.items())
    first = forms.IntegerField(
        label=_("First place"),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        help_text=_("of a sheet that is begun: counted row by row"),
    )


@never_cache
@require_safe
@permitted(Permission.GOODS)
def labels(request: StaffRequest) -> HttpResponse:
    refusal: Refused | None = None
    counts: dict[int, int] = {}
    try:
        counts = asked(request)
    except Refused as refused:
        refusal = refused
    context = {
        "rows": [(product, counts[product.pk]) for product in wanted.products(counts)],
        "products": listed(counts),
        "since": request.GET.get("since", ""),
        "form": PaperForm(initial=usual(request)),
        "refusal": refusal,
    }
    return render(request, "inventory/labels/labels.html", context, status=refusal.status if refusal else 200)


def asked(request: StaffRequest) -> dict[int, int]:
    """From the address: products and counts, rows chosen in the list of goods, prices changed since a day, and one
    more by its code."""
    counts = wanted.read(request.GET.get("products", ""))
    for chosen in request.GET.getlist("chosen"):
        counts |= wanted.read(chosen.partition(".")[0])
    if since := request.GET.get("since"):
        counts |= wanted.changed_since(midnight(since))
    if code := request.GET.get("add", "").strip():
        product = found(code)
        counts[product] = counts.get(product, 0) + 1
    return wanted.checked(counts)


def midnight(written: str) -> datetime:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Invalid("since", _("This is no day.")) from None
    return timezone.make_aware(datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min))


def found(text: str) -> int:
    if by_code := search.by_code(text[: search.LONGEST].replace("\0", "")):
        return by_code[0]
    if named := search.products(text, limit=1):
        return named[0].pk
    raise Invalid("add", _("Nothing is called “%(text)s”.") % {"text": text[:60]})


def listed(counts: wanted.Counts) -> str:
    return ",".join(f"{product}x{count}" if count > 1 else str(product) for product, count in counts.items())


def usual(request: StaffRequest) -> dict[str, str]:
    """The paper and kind this browser printed last."""
    return {
        "paper": request.COOKIES.get(PAPER, papers.USUAL),
        "kind": request.COOKIES.get(KIND, next(iter(KINDS))),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@permitted(Permission.GOODS)
def print_labels(request: StaffRequest) -> HttpResponse:
    """The pages to print. It changes nothing: a POST only carries a list too long for an address."""
    sent = request.POST if request.method == "POST" else request.GET
    form = PaperForm({**usual(request), **sent.dict()})
    try:
        if not form.is_valid():
            raise Invalid(*next((field, str(faults[0])) for field, faults in form.errors.items()))
        paper = PAPERS[form.cleaned_data["paper"]]
        counts = wanted.checked(wanted.read(sent.get("products", "")) | numbers(sent.dict()))
        pages = wanted.pages(counts, paper, form.cleaned_data["first"] or 1)
    except Refused as refusal:
        return render(request, "inventory/labels/print.html", {"refusal": refusal}, status=refusal.status)
    kind = form.cleaned_data["kind"]
    context = {"pages": pages, "paper": paper, "kind": kind, "products": listed(counts)}
    answer = render(request, "inventory/labels/print.html", context)
    for name, value in ((PAPER, paper.slug), (KIND, kind)):
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(name, value, YEAR, path="/goods", secure=secure, httponly=True, samesite="Lax")
    return answer


def numbers(sent: dict[str, Any]) -> dict[int, int]:
    """The count typed for each product, as `count_12`."""
    typed = {name.removeprefix("count_"): value for name, value in sent.items() if name.startswith("count_")}
    return wanted.read(",".join(f"{product}x{count.strip() or 0}" for product, count in typed.items()))


@require_safe
@permitted(Permission.GOODS)
def label_paper(request: StaffRequest, slug: str) -> HttpResponse:
    """The measures of a paper as a stylesheet: the policy of the pages allows none within them."""
    if slug not in PAPERS:
        raise Http404
    return HttpResponse(papers.stylesheet(PAPERS[slug]), content_type="text/css; charset=utf-8")
