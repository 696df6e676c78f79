"""Categories and tax rates in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import ShapeForm
from accounts.confirming import Confirmed
from accounts.doors import person
from inventory.goods import catalogue
from inventory.models import Category, TaxRate
from pos.back_office.rows import SpokenRefusals
from pos.errors import Refused
from pos.templatetags.money import percent


class EntryAdmin(SpokenRefusals):
    """Categories and tax rates; saved and deleted by the functions of `inventory.goods.catalogue`."""

    form = ShapeForm

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        catalogue.enter(obj, by=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        catalogue.remove(obj, by=person(request))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def get_actions(self, request: HttpRequest) -> Any:
        """No bulk delete: a refusal names the one entry that is still in use."""
        return {}


@admin.register(Category)
class CategoryAdmin(EntryAdmin):
    list_display = ("name", "parent", "position")
    list_select_related = ("parent",)
    search_fields = ("name",)


@admin.register(TaxRate)
class TaxRateAdmin(Confirmed, EntryAdmin):
    list_display = ("name", "shown")

    @admin.display(description=_("rate"), ordering="rate")
    def shown(self, entry: TaxRate) -> str:
        return percent(entry.rate)
