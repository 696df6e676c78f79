"""Every list of the back office as CSV and XLSX: exactly the rows its search and its filters leave."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from pos import exports
from pos.exactly_once import SECRETS

AT_ONCE = 2000
NOT_TOLD = {*SECRETS, "digest", "sealed", "content", "payload", "last_login"}


def read(name: str, row: models.Model) -> Any:
    """A field as a person reads it: the label of a choice, the name of what it refers to."""
    shown = getattr(row, f"get_{name}_display", None)
    return shown() if shown else getattr(row, name)


class Exported(admin.ModelAdmin):
    """`export_also` are further columns: a title and how to read it from a row."""

    export_also: ClassVar[tuple[tuple[Any, exports.Getter], ...]] = ()
    export_prefetch: ClassVar[tuple[str, ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.GET.copy()
        wanted = asked.pop("format", ["csv"])[-1]
        request.GET = asked  # type: ignore[assignment]
        listed = self.get_changelist_instance(request)
        related = [field.name for field in self.told() if field.is_relation]
        rows = listed.queryset.select_related(*related).prefetch_related(*self.export_prefetch)
        columns = [(str(field.verbose_name), partial(read, field.name)) for field in self.told()]
        filters = [f"{name} {value}" for name, value in sorted(asked.items()) if value and name not in ("o", "p")]
        name = " ".join([str(self.opts.verbose_name_plural), *filters])
        return exports.answer(exports.Table(name, [*columns, *self.export_also], rows.iterator(AT_ONCE)), wanted)

    def told(self) -> list[models.Field]:
        """The fields of the table, but for secrets and files' contents."""
        fields = [field for field in self.opts.concrete_fields if isinstance(field, models.Field)]
        return [
            field
            for field in fields
            if field.name not in NOT_TOLD and not isinstance(field, models.BinaryField | models.GeneratedField)
        ]
