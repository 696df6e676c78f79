"""The managers' page on the phone, and the report of approvals."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.approvals import approvals
from accounts.doors import managers_only, person
from accounts.models import Action, Approval, ApprovalRequest, User
from accounts.till_lock import background
from pos.errors import Refused
from pos.web.key_pages import page_of

PAGE = 50


@background
@require_safe
@never_cache
@managers_only
def waiting(request: HttpRequest) -> HttpResponse:
    """All open questions; the page reloads itself every few seconds."""
    return shown(request)


def shown(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    questions = approvals.still_open().select_related("asker").order_by("pk")
    me = person(request)
    waiting = sum(1 for question in questions if question.asker_id != me.pk)
    context = {"questions": questions, "me": me, "refusal": refusal, "waiting": waiting}
    fragment = request.headers.get("HX-Request") == "true"
    page = "accounts/_questions.html" if fragment else "accounts/approvals.html"
    status = refusal.status if refusal and not fragment else 200
    return render(request, page, context, status=status)


@require_POST
@managers_only
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    try:
        approvals.answer(request_id, by=person(request), granted=request.POST.get("answer") == "yes")
    except Refused as refused:
        return shown(request, refused)
    return shown(request) if request.headers.get("HX-Request") else redirect("approvals")


@background
@require_safe
@never_cache
def asked(request: HttpRequest, request_id: int) -> HttpResponse:
    """The state of one's own question; the till polls it while it waits."""
    question = get_object_or_404(ApprovalRequest, pk=request_id, asker=person(request))
    is_open = question.is_granted is None and question.expires_at > timezone.now()
    return JsonResponse({"answered": not is_open})


class ReportForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    who = forms.ModelChoiceField(User.objects.all(), required=False, empty_label=_("everybody"), label=_("Person"))
    action = forms.ChoiceField(label=_("Action"), choices=[("", _("everything")), *Action.choices], required=False)

    def rows(self) -> QuerySet[Approval]:
        """The approvals that match; an invalid day, person or action is ignored."""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        found = Approval.objects.select_related("asker", "approver")
        if day := asked.get("day"):
            begin = timezone.make_aware(datetime.combine(day, time.min))
            found = found.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
        if who := asked.get("who"):
            found = found.filter(Q(asker=who) | Q(approver=who))
        if action := asked.get("action"):
            found = found.filter(action=action)
        return found


@require_safe
@managers_only
def report(request: HttpRequest) -> HttpResponse:
    """The report of approvals and denials."""
    form = ReportForm(request.GET)
    page = page_of(form.rows(), request.GET, PAGE)
    return render(request, "accounts/approval_report.html", {"form": form, "page": page})
