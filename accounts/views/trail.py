"""The trail: who did what to whom, what it was before and after, and the way to the page of what it is about."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import deeds, fact_words, trail
from accounts.doors import managers_only
from accounts.models import AuditEntry, User
from accounts.views.trail_links import page_about
from pos.web.request_id import LONGEST

PAGE = 50
HEAD = (
    *(_("Number"), _("When"), _("Who"), _("Deed"), _("About"), _("What"), _("Before"), _("After")),
    *(_("Key"), _("Request")),
)


def day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, required=False, input_formats=["%Y-%m-%d"], widget=widget)


class TrailForm(forms.Form):
    who = forms.ModelChoiceField(
        User.objects.all(), to_field_name="username", required=False, empty_label=_("everybody"), label=_("Person")
    )
    deed = forms.ChoiceField(label=_("Deed"), required=False)
    about = forms.CharField(label=_("About"), required=False, max_length=100)
    request = forms.CharField(label=_("Request"), required=False, max_length=LONGEST)
    begin = day_field(_("From"))
    end = day_field(_("To"))

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        done = sorted(((code, deeds.spoken(code)) for code in trail.deeds_done()), key=lambda one: one[1])
        self.fields["deed"].choices = [("", _("everything")), *done]  # type: ignore[attr-defined]
        self.fields["about"].widget.attrs["placeholder"] = gettext("user name, member, article number …")

    def entries(self) -> QuerySet[AuditEntry]:
        """The entries asked for; none where the question is no question."""
        return trail.search(**self.cleaned_data) if self.is_valid() else AuditEntry.objects.none()


class AfterForm(forms.Form):
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@never_cache
@require_safe
@managers_only
def entries(request: HttpRequest) -> HttpResponse:
    form, after = TrailForm(request.GET), AfterForm(request.GET)
    found = form.entries()
    if after.is_valid() and after.cleaned_data["after"]:
        found = found.filter(pk__lt=after.cleaned_data["after"])
    rows = list(found[: PAGE + 1])
    shown = [{"entry": row, "facts": fact_words.told(row), "href": page_about(row)} for row in rows[:PAGE]]
    page = {
        "form": form,
        "rows": shown,
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "is_first": "after" not in request.GET,
    }
    return render(request, "accounts/trail.html", page, status=200 if form.is_valid() else 400)


def lines(found: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
    """For a file: one line for each fact of an entry, or one alone for an entry without facts."""
    for entry in trail.in_batches(found):
        who = entry.actor.username if entry.actor else ""
        start = [entry.pk, entry.at, who, deeds.spoken(entry.action), entry.subject]
        end = [entry.key.user.name if entry.key else "", entry.request]
        facts = fact_words.told(entry)
        yield from ([*start, fact.label, fact.before or "", fact.after, *end] for fact in facts)
        if not facts:
            yield [*start, "", "", "", *end]
