from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import fact_words, trail
from accounts.http import StaffRequest
from accounts.models import Permission
from members import consents, member_search, registry, vip
from members.forms import EraseForm, MergeForm, NewPinForm, PersonForm, PointsForm, RegisterForm, VipForm
from members.models import Member
from pos.errors import InUse, Invalid, Refused
from pos.web.page_key import once_of

RECENT, LATEST, LATEST_DEEDS = 20, 30, 8


@never_cache
@require_safe
def member_list(request: StaffRequest) -> HttpResponse:
    """Members found, or those who joined last; a scanned card opens its owner's page."""
    asked = request.GET.get("q", "").strip()
    if not asked:
        found = list(Member.objects.filter(is_active=True).order_by("-pk")[:RECENT])
        return render(request, "members/member_list.html", {"members": found, "asked": asked})
    found = member_search.find(asked)
    if member_search.is_card_of(asked, found):
        return redirect("member_detail", found[0].number)
    return render(
        request, "members/member_list.html", {"members": found, "asked": asked[: member_search.LONGEST_ASKED]}
    )


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def register_member_page(request: StaffRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            once = once_of(request, "member", form.cleaned_data)
            member = once.make(Member.objects.all(), partial(registry.register, **form.cleaned_data, by=request.user))
            messages.success(
                request,
                _("%(name)s is a member now, number %(number)s.") % {"name": member.name, "number": member.number},
            )
            return redirect("member_detail", member.number)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "members/member_form.html", {"form": form}, status=status)


@never_cache
@require_safe
def member_detail(request: StaffRequest, number: str) -> HttpResponse:
    """The member's page; a card that was merged leads to the one that stayed."""
    try:
        return show(request, known(number))
    except Http404:
        if stays := member_search.with_number(number.replace("\0", "")):
            return redirect("member_detail", stays.number)
        raise


@never_cache
@require_POST
def edit_member(request: StaffRequest, number: str) -> HttpResponse:
    member, form = known(number), PersonForm(request.POST)
    if not form.is_valid():
        return show(request, member, 400, person_form=form)
    try:
        registry.edit(member.pk, by=request.user, **form.cleaned_data)
    except Refused as refused:
        return show(request, member, explain(form, refused), person_form=form)
    return back_to(request, member, _("Saved."))


@never_cache
@sensitive_post_parameters("pin")
@require_POST
def grant_vip(request: StaffRequest, number: str) -> HttpResponse:
    return turn_vip(request, known(number), vip.grant, _("%(name)s is VIP now."), ends=True)


@never_cache
@sensitive_post_parameters("pin")
@require_POST
def withdraw_vip(request: StaffRequest, number: str) -> HttpResponse:
    return turn_vip(request, known(number), vip.withdraw, _("%(name)s is a regular member again. The points stay."))


def turn_vip(request: StaffRequest, member: Member, verb: Any, outcome: Any, *, ends: bool = False) -> HttpResponse:
    form = VipForm(request.POST, auto_id="vip_%s")
    if not form.is_valid():
        return show(request, member, 400, vip_form=form)
    try:
        last = {"until": form.cleaned_data["until"]} if ends else {}
        verb(member.pk, by=request.user, consent=agreed(request, member, form.cleaned_data["pin"]), **last)
    except Refused as refused:
        at_fault = "until" if isinstance(refused, Invalid) else "pin"
        return show(request, member, explain(form, refused, at_fault), vip_form=form)
    return back_to(request, member, outcome % {"name": member.name})


@never_cache
@sensitive_post_parameters("pin", "new_pin")
@require_POST
def change_member_pin(request: StaffRequest, number: str) -> HttpResponse:
    member, form = known(number), NewPinForm(request.POST)
    if not form.is_valid():
        return show(request, member, 400, pin_form=form)
    try:
        consent = agreed(request, member, form.cleaned_data["pin"])
        registry.change_pin(member.pk, form.cleaned_data["new_pin"], by=request.user, consent=consent)
    except Refused as refused:
        return show(
            request,
            member,
            explain(form, refused, "new_pin" if isinstance(refused, Invalid) else "pin"),
            pin_form=form,
        )
    return back_to(request, member, _("The new PIN holds from now on."))


def known(number: str) -> Member:
    return get_object_or_404(Member, number=number.replace("\0", ""), erased_at=None)


def agreed(request: StaffRequest, member: Member, pin: str) -> str | None:
    return consents.give(member.pk, pin, by=request.user) if pin else None


def explain(form: Form, refused: Refused, field: str | None = None) -> int:
    """Adds the refusal to the field it is about; returns the HTTP status of the page."""
    at_fault = refused.field if isinstance(refused, Invalid) else "email" if isinstance(refused, InUse) else None
    form.add_error(at_fault if at_fault in form.fields and field is None else field, refused.message)
    return refused.status


def show(request: StaffRequest, member: Member, status: int = 200, **forms: Form) -> HttpResponse:
    about = trail.search(about=member.number).filter(subject=member.number)[:LATEST_DEEDS]
    deeds = about if request.user.is_manager else []
    may_all = request.user.may(Permission.MEMBERS)
    page: dict[str, Any] = {
        "member": member,
        "may_all": may_all,
        "latest": [{"entry": entry, "facts": fact_words.told(entry)} for entry in deeds],
        "points_form": PointsForm(auto_id="points_%s"),
        "merge_form": MergeForm(auto_id="merge_%s"),
        "erase_form": EraseForm(auto_id="erase_%s"),
        "entries": member.entries.select_related("by").order_by("-pk")[:LATEST],
        "tier_changes": member.tier_changes.select_related("by").order_by("-pk")[:LATEST],
        "person_form": PersonForm(initial={"name": member.name, "email": member.email, "phone": member.phone}),
        "vip_form": VipForm(auto_id="vip_%s"),
        "pin_form": NewPinForm(auto_id="new_%s"),
        **forms,
    }
    for form in (page["vip_form"], page["pin_form"]):
        form.fields["pin"].required = not may_all
    return render(request, "members/member_detail.html", page, status=status)


def back_to(request: StaffRequest, member: Member, outcome: Any) -> HttpResponse:
    messages.success(request, outcome)
    return redirect("member_detail", member.number)
