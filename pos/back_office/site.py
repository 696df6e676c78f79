from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from pos.models import StoreSettings

# Replaces phrases of Django's admin with the shop's own.
SAID_OTHERWISE = (
    _("Enter a valid email address."),
    _("Save and add another"),
    _("Save and continue editing"),
    _(" By %(filter_title)s "),
)


class BackOffice(AdminSite):
    """The admin, for managers only, with the shop's own sign-in."""

    site_title = _("Back office")
    index_title = _("Back office")
    enable_nav_sidebar = True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "site_header": StoreSettings.in_force().shop_name}

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and getattr(request.user, "is_manager", False))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        onward = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{reverse('sign_in')}?{onward}")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("change_password")
