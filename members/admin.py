from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import member_search, numbers, points, registry, vip
from members.admin_forms import MemberForm, NewMemberForm
from members.models import Member, PointsEntry, TierChange
from pos.back_office.long_lists import LongList
from pos.back_office.rows import LatestInline, SpokenRefusals
from pos.errors import Refused
from pos.templatetags import money as written


class PointsInline(LatestInline):
    model = PointsEntry
    fields = ("at", "kind", "amount", "reason", "reference", "by")
    in_points = ("amount",)


class TierChangeInline(LatestInline):
    model = TierChange
    fields = ("at", "to_vip", "by", "by_consent")


@admin.register(Member)
class MemberAdmin(SpokenRefusals):
    form = MemberForm
    list_display = ("name", "number", "email", "phone", "vip_now", "points_now", "is_active")
    list_filter = ("is_vip", "is_active")
    search_fields = ("number", "email", "phone", "name")
    search_help_text = _("Card number, phone, e-mail or words of the name")
    readonly_fields = ("number", "vip_now", "vip_until", "points_now", "joined_at", "pin_locked_until")
    inlines = (PointsInline, TierChangeInline)
    actions = ("make_vip", "end_vip")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("number", "name", "email", "phone", "is_active", "staff")}),
        (_("Standing"), {"fields": ("vip_now", "vip_until", "points_now", "joined_at")}),
        (_("Correct the points"), {"fields": ("points_change", "points_reason", "points_key")}),
        (_("PIN"), {"fields": ("new_pin", "pin_locked_until")}),
        (_("Forget the person"), {"fields": ("erase",), "classes": ("collapse",)}),
    )
    add_fieldsets = ((None, {"fields": ("name", "email", "phone", "new_pin")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).filter(erased_at=None)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.filter(member_search.matches(search_term)) if search_term else queryset), False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs, **({} if obj else {"form": NewMemberForm}))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: Any, obj: Member, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        if not change:
            new = registry.register(asked["name"], asked["email"], asked["new_pin"], asked["phone"], by=request.user)
            obj.pk, obj.number = new.pk, new.number
            return
        edits = {name: asked[name] for name in form.changed_data if name in ("name", "email", "phone", "is_active")}
        if asked["points_change"]:
            correction = {"reason": asked["points_reason"], "key": asked["points_key"]}
            points.adjust(obj.pk, asked["points_change"], by=request.user, **correction)
        registry.edit(obj.pk, by=request.user, pin=asked["new_pin"] or None, **edits)
        if "staff" in form.changed_data:
            registry.link_staff(obj.pk, asked["staff"], by=request.user)
        if asked["erase"]:
            registry.erase(obj.pk, by=request.user)
            obj.name = ""

    @admin.display(description=_("points"), ordering="points")
    def points_now(self, member: Member) -> str:
        return written.points(member.points)

    @admin.display(description=_("VIP"), boolean=True, ordering="is_vip")
    def vip_now(self, member: Member) -> bool:
        return member.is_vip_now

    @admin.action(description=_("Make VIP"))
    def make_vip(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self.turn(request, queryset, vip.grant)

    @admin.action(description=_("End VIP (the points stay)"))
    def end_vip(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self.turn(request, queryset, vip.withdraw)

    def turn(self, request: HttpRequest, members: QuerySet[Member], verb: Callable[..., Member]) -> None:
        for member in members:
            try:
                verb(member.pk, by=request.user)
            except Refused as refused:
                self.message_user(
                    request,
                    _("%(member)s: %(message)s") % {"member": member, "message": refused.message},
                    messages.ERROR,
                )

    def response_change(self, request: HttpRequest, obj: Member) -> Any:
        if obj.name:
            return super().response_change(request, obj)
        self.message_user(
            request, _("%(number)s is forgotten; the books stay.") % {"number": obj.number}, messages.SUCCESS
        )
        return self.response_post_save_change(request, obj)


@admin.register(PointsEntry)
class PointsEntryAdmin(LongList):
    in_points = ("amount",)
    list_display = ("at", "member", "kind", "amount", "reason", "reference", "by")
    list_filter = ("kind",)
    search_fields = ("reference",)
    search_help_text = _("Member's number, bill's number or reference")
    list_select_related = ("member", "by")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        asked = search_term.strip()
        if not asked or "\0" in asked:
            return (queryset.none() if asked else queryset), False
        known = Q(reference__in=[asked, f"bill {asked.upper()}"])
        member = Member.objects.filter(number=numbers.read(asked) or asked.upper()).first()
        return queryset.filter(Q(member=member) if member else known), False
