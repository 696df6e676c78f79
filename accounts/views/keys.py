"""Keys of machines: the list, a new one, and one page a key. A secret is shown once, when it was made."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import fact_words, trail
from accounts.access import keys
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.models import ApiKey
from accounts.views.key_forms import KeyForm, RotationForm, of
from accounts.views.people import LATEST, explain
from pos.errors import Refused
from pos.web.page_key import once_of

USUAL = {"registers": ["API"], "per_minute": 60, "days": 365}


@never_cache
@require_safe
@managers_only
def all_keys(request: HttpRequest) -> HttpResponse:
    """Every key; the revoked ones come last."""
    found = ApiKey.objects.select_related("user").prefetch_related("secrets").order_by("-user__is_active", "-pk")
    now = timezone.now()
    rows = [{"key": key, "ends_at": ends_at(key), "is_over": ends_at(key) <= now} for key in found]
    return render(request, "accounts/keys/keys.html", {"rows": rows})


def ends_at(key: ApiKey) -> Any:
    return max(secret.ends_at for secret in key.secrets.all())


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def new_key(request: HttpRequest) -> HttpResponse:
    form, status = KeyForm(request.POST or None, initial=USUAL), 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        made = list[keys.Made]()

        def make() -> ApiKey:
            made.append(keys.make(by=person(request), **form.cleaned_data))
            return made[0].key

        try:
            key = once_of(request, "api key", form.cleaned_data).make(ApiKey.objects.all(), make)
            return handed_over(request, key, made)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "accounts/keys/new.html", {"form": form}, status=status)


def handed_over(request: HttpRequest, key: ApiKey, made: list[keys.Made]) -> HttpResponse:
    """Shows the new secret. The same form sent again cannot: the secret is stored nowhere."""
    if made:
        return render(request, "accounts/keys/secret.html", {"key": made[0].key, "secret": made[0].secret})
    messages.info(request, _("This was done before. If its secret is lost, make a new one here."))
    return redirect("key", key.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def one_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """One key's page; POST changes what it may do."""
    key = known(key_id)
    if request.method != "POST":
        return show(request, key)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return show(request, key, 400, form=form)
    try:
        keys.change(key, by=person(request), **form.cleaned_data)
    except Refused as refused:
        return show(request, key, explain(form, refused), form=form)
    messages.success(request, _("In force from its next request on."))
    return redirect("key", key.pk)


@never_cache
@require_POST
@managers_only
@confirmed
def rotate_key(request: HttpRequest, key_id: int) -> HttpResponse:
    key, form = known(key_id), RotationForm(request.POST)
    if not form.is_valid():
        return show(request, key, 400, rotation=form)
    made = list[keys.Made]()

    def rotate() -> ApiKey:
        made.append(keys.rotate(key, by=person(request), **form.cleaned_data))
        return made[0].key

    try:
        once_of(request, f"rotation of key {key.pk}", form.cleaned_data).make(ApiKey.objects.all(), rotate)
    except Refused as refused:
        return show(request, key, refused.status, refusal=refused)
    return handed_over(request, key, made)


@never_cache
@require_POST
@managers_only
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    key = known(key_id)
    keys.revoke(key, by=person(request))
    messages.success(request, _("%(name)s is revoked: its next request is refused.") % {"name": key.user.name})
    return redirect("keys")


def known(key_id: int) -> ApiKey:
    return get_object_or_404(ApiKey.objects.select_related("user", "made_by"), pk=key_id)


def show(request: HttpRequest, key: ApiKey, status: int = 200, **more: Any) -> HttpResponse:
    about = trail.search(about=key.user.username)[:LATEST]
    page: dict[str, Any] = {
        "key": key,
        "secrets": key.secrets.filter(ends_at__gt=timezone.now()),
        "form": KeyForm(initial=of(key)),
        "rotation": RotationForm(),
        "latest": [{"entry": entry, "facts": fact_words.told(entry)} for entry in about],
        **more,
    }
    return render(request, "accounts/keys/key.html", page, status=status)
