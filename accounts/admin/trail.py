"""The audit trail: who did what."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import deeds
from accounts.models import AuditEntry
from pos.back_office.long_lists import LongList


class DeedFilter(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        done = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        return sorted(((action, deeds.spoken(action)) for action in done), key=lambda found: found[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(LongList):
    list_display = ("at", "actor", "deed", "subject")
    list_filter = (DeedFilter, "actor")
    fields = ("at", "actor", "deed", "subject", "facts", "key", "request")
    readonly_fields = ("deed",)
    search_fields = ("subject", "action")
    date_hierarchy = "at"
    list_select_related = ("actor",)

    @admin.display(description=_("action"), ordering="action")
    def deed(self, entry: AuditEntry) -> str:
        return deeds.spoken(entry.action)
