"""Staff: people, their roles and sign-in."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import NewStaffForm, StaffForm
from accounts.confirming import Confirmed
from accounts.doors import person
from accounts.models import User
from accounts.people import staff
from pos.back_office.rows import SpokenRefusals

admin.site.unregister(Group)


@admin.register(User)
class StaffAdmin(Confirmed, SpokenRefusals):
    form = StaffForm
    list_display = ("username", "name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "name", "email")
    actions = ("open_sign_in",)
    readonly_fields = ("joined_at", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "name", "email")}),
        (_("At the shop"), {"fields": ("role", "custom_role", "is_active")}),
        (_("Password"), {"fields": ("new_password", "take_pin_away")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(is_machine=False)

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
