"""One change for all rows that are chosen in the list of goods."""

import re
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import AuditEntry, Permission
from inventory.goods import together
from inventory.views.goods import show_goods, way_back
from inventory.views.goods_forms import TogetherForm
from pos.errors import Invalid, Refused
from pos.web.page_key import once_of

CHOSEN = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


@require_POST
@permitted(Permission.GOODS)
def change_together(request: StaffRequest) -> HttpResponse:
    form = TogetherForm(request.POST)
    try:
        chosen = versions(request.POST.getlist("chosen"))
        if "labels" in request.POST:
            return redirect(f"{reverse('labels')}?products={','.join(map(str, chosen))}")
        change = form.change()
        asked = {"chosen": chosen, **{name: str(value) for name, value in change.items()}}
        do = partial(together.change, chosen, by=request.user, **change)
        once_of(request, "goods together", asked).make(AuditEntry.objects.all(), do)
    except Refused as refusal:
        return show_goods(request, refusal, together=form, chosen=request.POST.getlist("chosen"))
    said = ngettext("%(number)s product is changed.", "%(number)s products are changed.", len(chosen))
    messages.success(request, said % {"number": len(chosen)})
    return redirect(way_back(request))


def versions(chosen: list[str]) -> dict[int, int]:
    """Rows as their ticks name them: "12.3" is product 12 at its version 3."""
    found = [CHOSEN.fullmatch(row) for row in chosen]
    if not found or not all(found):
        raise Invalid("chosen", _("Choose the goods first."))
    return {int(row[1]): int(row[2]) for row in found if row}
