from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import till_lock
from accounts.access import half_way, known_devices, open_sign_ins, second_factor, step_up
from accounts.access import sign_in as desk
from accounts.doors import person
from accounts.models import User
from accounts.people import badges, staff
from accounts.views.forms import OwnPasswordForm, OwnPinForm, SignInForm, UnlockForm
from pos.errors import Refused
from pos.web import language

LONGEST_PATH = 2000
NOT_YOURS = _("This is not your password.")
FIRST_PAGES = {True: ("desk", "admin:index"), False: ("till", "change_password")}


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "GET" and request.user.is_authenticated and till_lock.BY_PIN not in request.session:
        return redirect(safe(request, onward))
    form = SignInForm(request.POST or None)
    status, wait = 200, None
    if form.is_valid():
        try:
            user = desk.verify(form.cleaned_data["username"], form.cleaned_data["password"], request)
            if second_factor.is_asked_of(user):
                half_way.begin(request, user)
                return redirect(f"{reverse('second_step')}?{urlencode({'next': onward})}" if onward else "second_step")
            return let_in(request, user, onward)
        except Refused as refused:
            form.add_error(None, refused.message)
            status, wait = refused.status, refused.facts.get("retry_after")
    page = render(request, "accounts/sign_in.html", {"form": form, "next": onward}, status=status)
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


def let_in(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """Opens the session of a person who has given all that is asked."""
    desk.entered(user, request)
    login(request, user)
    till_lock.release(request)
    till_lock.begin(request)
    step_up.note(request)
    open_sign_ins.note(request)
    if second_factor.is_missing(user):
        half_way.demand_second_factor(request)
    answer = known_devices.remember(request, redirect(safe(request, onward)), user.username)
    return language.remember(answer, user.language) if user.language else answer


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return language.remember(redirect("sign_in"), "")


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Saves the language in the account of the person signed in, and in a cookie."""
    wanted = language.spoken(request.POST.get("language", ""))
    if request.user.is_authenticated:
        staff.speak(person(request), wanted)
    return language.remember(redirect(safe(request, request.POST.get("next", ""))), wanted)


@never_cache
@sensitive_post_parameters("current", "new", "repeated")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Ends every other session and token of the person; this session stays open."""
    me = person(request)
    form = OwnPasswordForm(me, request.POST or None)
    if form.is_valid():
        try:
            desk.verify(me.username, form.cleaned_data["current"], request, desk.OWN_SESSION)
            user = staff.change(me, by=me, password=form.cleaned_data["new"])
            update_session_auth_hash(request, user)
            return redirect("home")
        except Refused as refused:
            form.add_error("current", NOT_YOURS if refused.status == 401 else refused.message)
    return render(request, "accounts/change_password.html", {"form": form, "pin_form": OwnPinForm()})


@never_cache
@sensitive_post_parameters("password", "pin", "repeated_pin")
@require_POST
def set_pin(request: HttpRequest) -> HttpResponse:
    """Sets the till PIN; asks for the password."""
    me, form = person(request), OwnPinForm(request.POST)
    if form.is_valid():
        try:
            desk.verify(me.username, form.cleaned_data["password"], request, desk.OWN_SESSION)
            staff.set_pin(me, form.cleaned_data["pin"], by=me)
            messages.success(request, _("Your till PIN is set."))
            return redirect("change_password")
        except Refused as refused:
            field = "pin" if refused.status == 400 else "password"
            form.add_error(field, NOT_YOURS if refused.status == 401 else refused.message)
    return render(request, "accounts/change_password.html", {"form": OwnPasswordForm(me), "pin_form": form})


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Locks the till now, to leave it or hand it over."""
    if till_lock.REGISTER not in request.session:
        return redirect("home")
    till_lock.lock(request)
    onward = request.POST.get("next", "")
    return redirect(f"{reverse('unlock')}?{urlencode({'next': onward})}" if onward else "unlock")


@require_POST
def awake(request: HttpRequest) -> HttpResponse:
    """Records activity at a till that sent no other request."""
    return HttpResponse(status=204)


@login_not_required
@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """The lock screen: the same person continues, another takes over the till."""
    if till_lock.LOCK not in request.session:
        return redirect("home")
    onward = request.POST.get("next") or request.GET.get("next", "")
    locked = till_lock.locked_for(request)
    form, status = UnlockForm(request.POST or None, initial={"who": locked and locked.username}), 200
    given = form.cleaned_data if form.is_bound and (form.is_valid() or form.cleaned_data) else {}
    scanned = given.get("scanned", "")
    code = scanned or given.get("secret", "")
    holder = badges.holder(code)
    try:
        if holder and till_lock.opens_alone(holder, code):
            answer = opened(request, till_lock.unlock_by_badge(request, holder), onward)
            return told(answer) if scanned else answer
        if scanned or holder:
            named = holder or locked
            form = UnlockForm(initial={"who": named and named.username})
        elif form.is_valid():
            return opened(request, till_lock.unlock(request, given["who"], given["secret"]), onward)
    except Refused as refused:
        form.add_error(None, refused.message)
        status = refused.status
    context = {"form": form, "locked": locked, "next": onward, "holder": holder}
    return render(request, "accounts/unlock.html", context, status=status)


def told(answer: HttpResponse) -> HttpResponse:
    """For the script of the lock screen: names the next page. A redirect would also come from a till already open."""
    answer.status_code = 204
    answer["Till-Opened"] = answer["Location"]
    del answer["Location"]
    return answer


def opened(request: HttpRequest, same: bool, onward: str) -> HttpResponse:
    """The page after the lock screen; only the same person goes on where it was locked."""
    answer = redirect(safe(request, onward) if same and onward else "till")
    if till_lock.BY_PIN not in request.session:
        known_devices.remember(request, answer, person(request).username)
    theirs = person(request).language
    return answer if same and not theirs else language.remember(answer, theirs)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(first_page(request))


def first_page(request: HttpRequest) -> str:
    """The page after sign-in: the desk for managers, the till for cashiers and for managers at a till."""
    is_at_desk = person(request).is_manager and till_lock.REGISTER not in request.session
    for name in FIRST_PAGES[is_at_desk]:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse("change_password")


def safe(request: HttpRequest, onward: str) -> str:
    """The path if it belongs to the shop; otherwise the first page."""
    is_path = onward.startswith("/") and len(onward) <= LONGEST_PATH
    if is_path and url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        return onward
    return first_page(request) if request.user.is_authenticated else reverse("sign_in")
