"""The shop's settings; each change adds a row."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import shop
from accounts.admin.forms import SettingsForm
from accounts.confirming import Confirmed
from pos.back_office.rows import SpokenRefusals
from pos.models import StoreSettings

SELLING = (
    *("prices_include_tax", "cutoff_hour", "cash_difference_limit", "idle_lock_minutes"),
    *("basket_days", "return_days", "prefill_float", "label_region", "badge_needs_pin", "second_factor"),
)


ON_THE_RECEIPT = (
    *("shop_name", "shop_address", "tax_number", "receipt_footer", "receipt_width"),
    *("logo_shown", "new_logo", "drop_logo"),
)


@admin.register(StoreSettings)
class StoreSettingsAdmin(Confirmed, SpokenRefusals):
    """Edits the newest row, which is in force; saving adds the next one."""

    form = SettingsForm
    in_points = ("point_multiplier",)
    list_display = (
        "changed_at",
        "changed_by",
        "point_multiplier",
        "vip_discount_rate",
        "prices_include_tax",
    )
    list_display_links = ("changed_at",)
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
