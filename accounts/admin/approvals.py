"""The approval limits, and the record of approvals."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import ShapeForm
from accounts.approvals import limits, sentences
from accounts.confirming import Confirmed
from accounts.models import Approval, ApprovalRule
from pos.back_office.long_lists import LongList
from pos.back_office.rows import SpokenRefusals


@admin.register(ApprovalRule)
class LimitsAdmin(Confirmed, SpokenRefusals):
    """The limits in force; saving one adds a new row."""

    form = ShapeForm
    list_display = ("__str__", "allow_up_to", "ask_up_to", "set_at", "set_by")
    list_filter = ("role",)
    list_select_related = ("set_by",)
    list_per_page = 100
    fields = ("role", "action", "allow_up_to", "ask_up_to", "set_at", "set_by")
    readonly_fields = ("role", "action", "set_at", "set_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovalRule]:
        return ApprovalRule.objects.all_in_force()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: Any, obj: ApprovalRule, form: Any, change: bool) -> None:
        asked = {name: form.cleaned_data[name] for name in ("allow_up_to", "ask_up_to")}
        obj.pk = limits.change(obj.role, obj.action, **asked, by=request.user).pk

    def response_change(self, request: HttpRequest, obj: ApprovalRule) -> HttpResponse:
        self.message_user(request, _("In force at once."), messages.SUCCESS)
        return redirect("admin:accounts_approvalrule_changelist")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:accounts_approvalrule_changelist")


@admin.register(Approval)
class ApprovalAdmin(LongList):
    """The record of approvals, each shown as a sentence."""

    list_display = ("at", "deed", "sentence", "asker", "approver", "reference")
    list_filter = ("deed", "action")
    list_select_related = ("asker", "approver")
    fields = ("at", "deed", "action", "sentence", "size", "asker", "approver", "is_remote", "reference", "facts")
    readonly_fields = ("sentence",)
    search_fields = ("reference",)

    @admin.display(description=_("sentence"))
    def sentence(self, approval: Approval) -> str:
        return sentences.of(approval.action, approval.size, approval.facts)
