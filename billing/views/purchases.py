"""What a member bought, and the file of all the shop holds about the member."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from billing.receipts import purchases
from members.models import Member

ARTICLES, BILLS = 20, 20


def known(number: str) -> Member:
    return get_object_or_404(Member, number=number.replace("\0", ""), erased_at=None)


@never_cache
@require_safe
def member_purchases(request: StaffRequest, number: str) -> HttpResponse:
    """A page of its own, or the part of the member's page that asks for it."""
    member = known(number)
    page = {
        "member": member,
        "spend": purchases.spend(member),
        "articles": purchases.articles(member, ARTICLES),
        "bills": purchases.bills_of(member).order_by("-pk")[:BILLS],
    }
    template = "billing/receipts/_purchases.html" if request.htmx else "billing/receipts/purchases.html"
    return render(request, template, page)


@never_cache
@require_POST
@permitted(Permission.MEMBERS)
def export_member(request: StaffRequest, number: str) -> HttpResponse:
    member = known(number)
    answer = JsonResponse(purchases.export(member, by=request.user), json_dumps_params={"indent": 2})
    answer.headers["Content-Disposition"] = f'attachment; filename="{member.number}.json"'
    return answer
