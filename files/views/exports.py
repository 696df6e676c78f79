"""Lists out: what a page shows, as a file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import permitted, person
from accounts.models import Permission
from files.lists.table import LISTS
from pos import exports


@never_cache
@require_safe
@permitted(Permission.FILES)
def one(request: HttpRequest, name: str) -> HttpResponseBase:
    if (listed := LISTS.get(name)) is None:
        raise Http404
    if not listed.is_open_to(person(request)):
        raise PermissionDenied
    return exports.answer(listed.table(request.GET), request.GET.get("format", "csv"))
