"""The customer display, and the till's page that pairs it. The display needs no sign-in, only pairing."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import StaffRequest
from billing.basket import customer_display
from billing.models import Register, RegisterKind
from billing.views.frame import register_of
from pos.errors import Refused
from pos.web.language import of_the_shop

COOKIE = "second_screen"
A_YEAR = 365 * 24 * 60 * 60


def register_at(request: HttpRequest, code: str) -> tuple[Register, bool]:
    """The register, and whether this browser is paired with it."""
    register = get_object_or_404(Register, code__iexact=code, is_active=True, kind=RegisterKind.TILL)
    paired = request.get_signed_cookie(COOKIE, "", salt=COOKIE)
    return register, paired == f"{register.pk} {register.display_key}"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@of_the_shop()
def display(request: HttpRequest, code: str) -> HttpResponse:
    register, paired = register_at(request, code)
    if request.method == "POST":
        return pair(request, register)
    if not paired:
        return render(request, "billing/display/pair_display.html", {"register": register})
    context = {"register": register, "at": customer_display.showing(register)}
    return render(request, "billing/display/display.html", context)


def pair(request: HttpRequest, register: Register) -> HttpResponse:
    try:
        customer_display.pair(register, request.POST.get("code", ""))
    except Refused as refusal:
        page = {"register": register, "refusal": refusal}
        return render(request, "billing/display/pair_display.html", page, status=refusal.status)
    answer = redirect("display", register.code)
    answer.set_signed_cookie(
        COOKIE,
        f"{register.pk} {register.display_key}",
        salt=COOKIE,
        max_age=A_YEAR,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


@login_not_required
@require_GET
@of_the_shop()
def display_now(request: HttpRequest, code: str) -> HttpResponse:
    """Polled every second; answers 304 while nothing changes."""
    register, paired = register_at(request, code)
    if not paired:
        raise Http404
    now = customer_display.showing(register)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == now.etag:  # compression adds W/
        return HttpResponse(status=304, headers={"ETag": now.etag})
    answer = render(request, "billing/display/_display.html", {"register": register, "at": now})
    answer.headers["ETag"], answer.headers["Cache-Control"] = now.etag, "no-store"
    return answer


@login_not_required
@sensitive_post_parameters("pin")
@require_POST
@of_the_shop()
def display_answer(request: HttpRequest, code: str) -> HttpResponse:
    """The member typed the PIN or declined."""
    register, paired = register_at(request, code)
    if not paired:
        raise Http404
    refusal = None
    try:
        if "decline" in request.POST:
            customer_display.decline(register)
        else:
            customer_display.answer(register, request.POST.get("pin", ""))
    except Refused as error:
        refusal = error
    shown = {"register": register, "at": customer_display.showing(register), "refusal": refusal}
    return render(request, "billing/display/_display.html", shown, status=refusal.status if refusal else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def customer_screen(request: StaffRequest) -> HttpResponse:
    """The till's page with the current pairing code; a POST ends the pairing."""
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    if request.method == "POST":
        customer_display.unpair(register, by=request.user)
        return redirect("customer_screen")
    code = customer_display.pairing_code(register)
    context = {"register": register, "code": f"{code[:3]} {code[3:]}"}
    return render(request, "billing/display/customer_screen.html", context)
