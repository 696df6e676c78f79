"""What the permission for members allows on a member's page: correct points, merge a double, forget the person."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.confirming import confirmed
from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from members import merging, points, registry
from members.forms import EraseForm, MergeForm, PointsForm
from members.models import Member
from members.points import UnknownMember
from members.views import back_to, explain, known, show
from pos.errors import Refused
from pos.web.page_key import once_of


@never_cache
@require_POST
@permitted(Permission.MEMBERS)
def correct_points(request: StaffRequest, number: str) -> HttpResponse:
    member, form = known(number), PointsForm(request.POST, auto_id="points_%s")
    if not form.is_valid():
        return show(request, member, 400, points_form=form)
    try:
        once = once_of(request, f"points of member {member.pk}", form.cleaned_data)
        once.make(member.entries.all(), partial(points.adjust, member.pk, by=request.user, **form.cleaned_data))
    except Refused as refused:
        return show(request, member, explain(form, refused), points_form=form)
    return back_to(request, member, _("The points are corrected."))


@never_cache
@require_POST
@permitted(Permission.MEMBERS)
@confirmed
def merge_double(request: StaffRequest, number: str) -> HttpResponse:
    member, form = known(number), MergeForm(request.POST, auto_id="merge_%s")
    if not form.is_valid():
        return show(request, member, 400, merge_form=form)
    try:
        once = once_of(request, f"merge into member {member.pk}", form.cleaned_data)
        typed = form.cleaned_data["double"].strip().upper()
        once.make(Member.objects.all(), lambda: merging.merge(with_card(typed), member.pk, by=request.user))
    except Refused as refused:
        return show(request, member, explain(form, refused, "double"), merge_form=form)
    return back_to(request, member, _("The two cards are one now."))


def with_card(number: str) -> int:
    double = Member.objects.filter(number=number, erased_at=None).first()
    if double is None:
        raise UnknownMember
    return double.pk


@never_cache
@require_POST
@permitted(Permission.MEMBERS)
@confirmed
def erase_member(request: StaffRequest, number: str) -> HttpResponse:
    member, form = known(number), EraseForm(request.POST, auto_id="erase_%s")
    if form.is_valid() and form.cleaned_data["number"].strip().upper() != member.number.upper():
        form.add_error("number", _("This is not the member's number."))
    if not form.is_valid():
        return show(request, member, 400, erase_form=form)
    registry.erase(member.pk, by=request.user)
    messages.success(request, _("%(number)s is forgotten; the books stay.") % {"number": member.number})
    return redirect("member_list")
