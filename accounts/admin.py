from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import deeds, limits, sentences, shop, staff
from accounts.access import person
from accounts.admin_forms import NewStaffForm, SettingsForm, ShapeForm, StaffForm
from accounts.models import Approval, ApprovalRule, AuditEntry, User
from pos.admin_figures import Figures, FiguresBelow
from pos.api_errors import CHECK, UNIQUE
from pos.errors import InUse, Refused
from pos.models import StoreSettings

admin.site.unregister(Group)

LATEST = 50
SELLING = (
    *("prices_include_tax", "cutoff_hour", "cash_difference_limit", "idle_lock_minutes"),
    *("basket_days", "return_days", "prefill_float", "label_region"),
)
ON_THE_RECEIPT = (
    *("shop_name", "shop_address", "tax_number", "receipt_footer", "receipt_width"),
    *("logo_shown", "new_logo", "drop_logo"),
)


def told_with(form: type[ModelForm], refused: Refused) -> type[ModelForm]:
    """The form as it was sent, with the sentence at the field it is about, or above them all."""
    named = getattr(refused, "field", None) or refused.facts.get("field")

    def full_clean(self: ModelForm) -> None:
        form.full_clean(self)
        self.add_error(named if named in self.fields else None, refused.message)

    return type(form.__name__, (form,), {"full_clean": full_clean})


SAID_BY_DATABASE = {UNIQUE: InUse(), CHECK: Refused(_("The shop does not allow these values together."))}


class SpokenRefusals(Figures):
    """Writes go through verbs; when one refuses, nothing is written and the form comes again as it was typed."""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused  # type: ignore[attr-defined]
        except IntegrityError as error:  # a rule no form can look at: of columns it does not show, or met meanwhile
            if (told := SAID_BY_DATABASE.get(getattr(error.__cause__, "sqlstate", ""))) is None:
                raise
            request.refused = told  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refused = getattr(request, "refused", None)
        return told_with(form, refused) if refused else form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Figures):
    """Ledgers and trails: looked at, never touched."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LatestRows(BaseInlineFormSet):
    def get_queryset(self) -> Any:
        return super().get_queryset()[:LATEST]


class LatestInline(FiguresBelow):
    """The end of a ledger, below what it is about."""

    formset = LatestRows
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


@admin.register(User)
class StaffAdmin(SpokenRefusals):
    form = StaffForm
    list_display = ("username", "name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "name", "email")
    actions = ("open_sign_in",)
    readonly_fields = ("joined_at", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "name", "email", "badge")}),
        (_("At the shop"), {"fields": ("role", "is_active")}),
        (_("Password"), {"fields": ("new_password", "take_pin_away")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        hired = (*self.fieldsets, (_("Since"), {"fields": self.readonly_fields}))
        return hired if obj else self.fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs, **({} if obj else {"form": NewStaffForm}))

    @admin.action(description=_("Open the sign-in again (after wrong passwords or PINs)"))
    def open_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.order_by("pk"):
            staff.open_sign_in(user, by=person(request))
            self.message_user(request, _("%(name)s can sign in again.") % {"name": user}, messages.SUCCESS)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        details = {name: form.cleaned_data[name] for name in staff.EDITABLE}
        password = form.cleaned_data["new_password"] or None
        if change:
            changed = {name: value for name, value in details.items() if name in form.changed_data}
            staff.change(obj, by=request.user, password=password, **changed)
            if form.cleaned_data["take_pin_away"]:
                staff.set_pin(obj, "", by=request.user)
        else:
            obj.pk = staff.hire(by=request.user, password=password or "", **details).pk


@admin.register(StoreSettings)
class StoreSettingsAdmin(SpokenRefusals):
    """The newest row is in force; saving it makes the next one."""

    form = SettingsForm
    in_points = ("point_multiplier",)
    list_display = (
        "id",
        "changed_at",
        "changed_by",
        "point_multiplier",
        "vip_discount_rate",
        "prices_include_tax",
    )
    list_display_links = ("id", "changed_at")
    ordering = ("-id",)
    fieldsets = (
        (_("Membership"), {"fields": ("point_multiplier", "vip_discount_rate", "require_pin_for_points")}),
        (_("Selling"), {"fields": SELLING}),
        (_("On the receipt"), {"fields": ON_THE_RECEIPT}),
        (_("History"), {"fields": ("changed_at", "changed_by")}),
    )
    readonly_fields = ("logo_shown", "changed_at", "changed_by")

    @admin.display(description=_("logo"))
    def logo_shown(self, row: StoreSettings) -> str:
        return format_html('<img class="thumbnail--large" src="{}" alt="">', row.logo_url) if row.logo else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StoreSettings | None = None) -> bool:
        return obj is None or obj.pk == StoreSettings.in_force().pk

    def save_model(self, request: Any, obj: StoreSettings, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        changes = {name: asked[name] for name in form.changed_data if name in SettingsForm.Meta.fields}
        if asked["drop_logo"]:
            changes["logo"] = ""
        obj.pk = shop.change_settings(request.user, **changes).pk
        if asked["new_logo"]:
            obj.pk = shop.put_logo(asked["new_logo"], by=request.user).pk

    def response_change(self, request: HttpRequest, obj: StoreSettings) -> HttpResponse:
        self.message_user(request, _("In force from the next sale on."), messages.SUCCESS)
        return redirect("admin:pos_storesettings_changelist")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:pos_storesettings_changelist")


@admin.register(ApprovalRule)
class LimitsAdmin(SpokenRefusals):
    """The rules in force; saving one makes its next row."""

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
class ApprovalAdmin(ReadOnly):
    """Who approved what for whom, as sentences."""

    list_display = ("at", "deed", "sentence", "asker", "approver", "reference")
    list_filter = ("deed", "action")
    list_select_related = ("asker", "approver")
    fields = ("at", "deed", "action", "sentence", "size", "asker", "approver", "is_remote", "reference", "facts")
    readonly_fields = ("sentence",)
    search_fields = ("reference",)
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(description=_("sentence"))
    def sentence(self, approval: Approval) -> str:
        return sentences.of(approval.action, approval.size, approval.facts)


class DeedFilter(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        done = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        return sorted(((action, deeds.spoken(action)) for action in done), key=lambda found: found[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ("at", "actor", "deed", "subject")
    list_filter = (DeedFilter, "actor")
    fields = ("at", "actor", "deed", "subject", "facts")
    readonly_fields = ("deed",)
    search_fields = ("subject", "action")
    date_hierarchy = "at"
    list_select_related = ("actor",)
    show_full_result_count = False

    @admin.display(description=_("action"), ordering="action")
    def deed(self, entry: AuditEntry) -> str:
        return deeds.spoken(entry.action)
