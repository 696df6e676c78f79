"""What the admin's pages of rows are made of: refusals in words, rows nobody may touch, the end of a ledger."""

from typing import Any

from django.db import IntegrityError
from django.forms.models import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pos.api.errors import CHECK, UNIQUE
from pos.back_office.figures import Figures, FiguresBelow
from pos.errors import InUse, Refused

LATEST = 50


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
