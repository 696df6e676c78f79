"""Base classes of the admin's pages: refusals shown in the form, read-only tables, latest rows of a ledger."""

from typing import Any

from django.db import IntegrityError
from django.db.models import AutoField, Model
from django.forms.models import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pos.api.errors import CHECK
from pos.back_office.figures import Figures, FiguresBelow
from pos.errors import InUse, Refused
from pos.exactly_once import SECRETS
from pos.unique import UNIQUE
from pos.web.page_key import once_of

LATEST = 50


def told_with(form: type[ModelForm], refused: Refused) -> type[ModelForm]:
    """The form as submitted, with the refusal at the field it is about, or at the top."""
    named = getattr(refused, "field", None) or refused.facts.get("field")

    def full_clean(self: ModelForm) -> None:
        form.full_clean(self)
        self.add_error(named if named in self.fields else None, refused.message)

    return type(form.__name__, (form,), {"full_clean": full_clean})


SAID_BY_DATABASE = {UNIQUE: InUse(), CHECK: Refused(_("The shop does not allow these values together."))}


NOT_ASKED = {"csrfmiddlewaretoken", "key", "_save", "_continue", "_addanother", *SECRETS}


class NothingAdded(Exception):
    """The form was invalid: it is shown again."""


class SpokenRefusals(Figures):
    """Saves through the shop's verbs. If one refuses, nothing is written and the form is shown again as typed."""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            if object_id is None and request.method == "POST":
                return self.add_once(request, form_url, extra_context)
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused  # type: ignore[attr-defined]
        except IntegrityError as error:  # a constraint the form cannot check
            if (told := SAID_BY_DATABASE.get(getattr(error.__cause__, "sqlstate", ""))) is None:
                raise
            request.refused = told  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def add_once(self, request: HttpRequest, form_url: str, extra_context: Any) -> Any:
        """Adds a row once per key of the form: submitting the form again redirects to the row it made. A row that is
        named by a code is made once anyway."""
        if not isinstance(self.opts.pk, AutoField):
            return super().changeform_view(request, None, form_url, extra_context)
        asked = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_ASKED}
        once = once_of(request, f"admin {self.opts.label_lower}", asked)
        answers: list[Any] = []

        def add() -> Model:
            answers.append(super(SpokenRefusals, self).changeform_view(request, None, form_url, extra_context))
            if (added := getattr(request, "added", None)) is None:
                raise NothingAdded
            return added

        try:
            row = once.make(self.get_queryset(request), add)
        except NothingAdded:
            return answers[0]
        return answers[0] if answers else redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        request.added = obj  # type: ignore[attr-defined]
        return super().response_add(request, obj, post_url_continue)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refused = getattr(request, "refused", None)
        return told_with(form, refused) if refused else form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Figures):
    """Ledgers and trails: no adding, changing or deleting."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LatestRows(BaseInlineFormSet):
    """Read once: a slice made anew for every row would ask the database for every row."""

    def get_queryset(self) -> Any:
        return self._read

    @cached_property
    def _read(self) -> Any:
        return super().get_queryset()[:LATEST]


class LatestInline(FiguresBelow):
    """The latest rows of a ledger, below the object they are about."""

    formset = LatestRows
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")
