"""Tells a person by mail of a sign-in from a browser or program that never signed in as them before."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import attempts, browsers, known_devices
from accounts.models import AuditEntry, User
from pos import letters
from pos.models import StoreSettings

KNOWN_FOR = timedelta(days=30)


def tell(user: User, request: HttpRequest, *, is_program: bool) -> None:
    """Before the sign-in is noted and the browser remembered. Without an address or mail nobody is told."""
    if not user.email or not settings.SENDS_MAIL or known_devices.device(request, user.username):
        return
    if is_program and signed_in_alike(user, request):
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("%(shop)s: new sign-in as %(name)s") % {
            "shop": StoreSettings.in_force().shop_name,
            "name": user.username,
        }
        letters.send_later(subject, to=user.email, text=text(request), by=user)


def signed_in_alike(user: User, request: HttpRequest) -> bool:
    """Most programs keep no cookie: they are known by their name and address."""
    since = timezone.now() - KNOWN_FOR
    alike = {"facts__address": attempts.address_of(request), "facts__browser": browsers.spoken(request)}
    return AuditEntry.objects.filter(action="sign_in", subject=user.username, at__gt=since, **alike).exists()


def text(request: HttpRequest) -> str:
    facts = {
        "browser": browsers.spoken(request) or _("unknown"),
        "address": attempts.address_of(request),
        "at": date_format(timezone.localtime(), "DATETIME_FORMAT"),
        "page": request.build_absolute_uri(reverse("sign_ins")),
    }
    words = _(
        "Somebody signed in with your name from a browser or program that was not used for it before.\n\n"
        "%(browser)s\n%(address)s\n%(at)s\n\n"
        "If that was you, nothing needs to be done. If not: end every sign-in there, then set a new password.\n"
        "%(page)s\n"
    )
    return words % facts
