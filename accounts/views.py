from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sign_in as desk
from accounts import staff
from accounts.access import person
from accounts.forms import OwnPasswordForm, SignInForm
from pos.errors import Refused

FIRST_PAGES = {True: ("report_today", "admin:index"), False: ("till", "change_password")}


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(safe(request, onward))
    form = SignInForm(request.POST or None)
    status, wait = 200, None
    if form.is_valid():
        try:
            login(request, desk.check(form.cleaned_data["username"], form.cleaned_data["password"], request))
            return redirect(safe(request, onward))
        except Refused as refused:
            form.add_error(None, refused.message)
            status, wait = refused.status, refused.facts.get("retry_after")
    page = render(request, "accounts/sign_in.html", {"form": form, "next": onward}, status=status)
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


@never_cache
@sensitive_post_parameters("current", "new", "repeated")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Ends every other session and token of the person; this one goes on."""
    me = person(request)
    form = OwnPasswordForm(me, request.POST or None)
    if form.is_valid():
        try:
            desk.verify(me.username, form.cleaned_data["current"], request)
            user = staff.change(me, by=me, password=form.cleaned_data["new"])
            update_session_auth_hash(request, user)
            return redirect("home")
        except Refused as refused:
            form.add_error("current", refused.message if refused.status != 401 else "This is not your password.")
    return render(request, "accounts/change_password.html", {"form": form})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(first_page(request))


def first_page(request: HttpRequest) -> str:
    """Where a person's day begins: managers with the figures, cashiers at the till."""
    for name in FIRST_PAGES[person(request).is_manager]:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse("change_password")


def safe(request: HttpRequest, onward: str) -> str:
    if url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        return onward
    return first_page(request)
