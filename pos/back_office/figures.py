"""Formats numbers in the back office as on the shop's own pages."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models.options import Options
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pos.back_office.exporting import Exported
from pos.money import MoneyField, RateField
from pos.templatetags.money import money, percent, points, quantity

SPOKEN = {"bill": _("bill"), "counted": _("counted"), "adjustment": _("adjustment")}
Column = Callable[[models.Model], str]


def pen_for(field: models.Field) -> Callable[[Any], str] | None:
    """The formatter of a field. A rate of at most 1 is a fraction, one of at most 100 is already per cent."""
    if isinstance(field, MoneyField):
        return money
    if isinstance(field, RateField) and field.maximum == 1:
        return percent
    if isinstance(field, models.DecimalField):
        return quantity
    return spoken if field.name == "reference" else None


def spoken(reference: str) -> str:
    """Translates the first word of a ledger's reference, such as "bill R1-000481"."""
    kind, space, rest = reference.partition(" ")
    return f"{SPOKEN.get(kind, kind)}{space}{rest}"


@cache
def column(opts: Options, name: Any, in_points: bool) -> Column | None:
    """A formatted column for a field with a number or a reference; None for other fields."""
    try:
        field = opts.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.Field):
        return None
    pen = points if in_points else pen_for(field)
    if pen is None:
        return None

    @admin.display(description=field.verbose_name, ordering=name)
    def written(row: models.Model) -> str:
        figure = getattr(row, name)
        return (figure is not None and pen(figure)) or str(admin.site.empty_value_display)

    written.__name__ = name
    return written


class WholeNumber(forms.TextInput):
    """Not a number field of the browser: turning the wheel over one changes it unseen."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vIntegerField", "inputmode": "numeric", "autocomplete": "off", **(attrs or {})})


class Figures(Exported):
    """Lists and read-only pages with formatted numbers."""

    formfield_overrides: ClassVar[Any] = {models.IntegerField: {"widget": WholeNumber}}
    in_points: ClassVar[tuple[str, ...]] = ()

    def written(self, names: Iterable[Any]) -> list[Any]:
        return [column(self.opts, name, name in self.in_points) or name for name in names]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Malformed row ids or parameters redirect to the plain list, as Django does for its own lookup errors."""
        if not self.are_rows(request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return redirect(f"{request.path}?{ERROR_FLAG}=1")
        try:
            title = {"title": capfirst(self.opts.verbose_name_plural)}
            page = super().changelist_view(request, title | (extra_context or {}))
            return page.render() if isinstance(page, TemplateResponse) else page
        except (ValueError, OverflowError):
            if request.method != "GET" or ERROR_FLAG in request.GET:
                raise
            return redirect(f"{request.path}?{ERROR_FLAG}=1")

    def are_rows(self, chosen: list[str]) -> bool:
        try:
            return all(self.opts.pk.to_python(row) is not None for row in chosen)
        except ValidationError:
            return False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self.written(super().get_list_display(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(title, {**options, "fields": self.written(options["fields"])}) for title, options in fieldsets]


class FiguresBelow(admin.TabularInline):
    """Read-only ledger rows below the object they belong to."""

    in_points: ClassVar[tuple[str, ...]] = ()
    template = "admin/figures_below.html"
    extra = 0
    can_delete = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [self.written(name) for name in super().get_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    def written(self, name: Any) -> Any:
        found = column(self.opts, name, name in self.in_points)
        if found is None:
            return name
        setattr(self, f"{name}_written", found)
        return f"{name}_written"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
