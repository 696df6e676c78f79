"""Lists out: what a page shows, as a file."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from billing.views.forms import DaysForm
from files.lists import LISTS
from pos import exports


@never_cache
@require_safe
@managers_only
def one(request: HttpRequest, name: str) -> HttpResponseBase:
    if (listed := LISTS.get(name)) is None:
        raise Http404
    filters = {"q": request.GET.get("q", "").strip()[:50], **DaysForm(request.GET).days()}
    return exports.answer(listed.table(filters), request.GET.get("format", "csv"))
