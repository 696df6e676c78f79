"""Web hooks: the list, a new one, and one page a hook with its log. A secret is shown once, when it was made."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import fact_words, trail
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.views.people import LATEST, explain
from pos.errors import Refused
from pos.web.page_key import once_of
from reports.models import Webhook, WebhookDelivery
from reports.views.webhook_forms import AgainForm, BeforeForm, WebhookForm, WebhookRotationForm, of, spoken
from reports.webhooks import hooks

PAGE = 20


@never_cache
@require_safe
@managers_only
def all_hooks(request: HttpRequest) -> HttpResponse:
    rows = [{"hook": hook, "types": spoken(hook)} for hook in Webhook.objects.order_by("-pk")]
    return render(request, "reports/webhooks/webhooks.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def new_hook(request: HttpRequest) -> HttpResponse:
    form, status = WebhookForm(request.POST or None), 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        made = list[hooks.Made]()

        def make() -> Webhook:
            made.append(hooks.make(by=person(request), **form.cleaned_data))
            return made[0].hook

        try:
            hook = once_of(request, "web hook", form.cleaned_data).make(Webhook.objects.all(), make)
            return handed_over(request, hook, made)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "reports/webhooks/new.html", {"form": form}, status=status)


def handed_over(request: HttpRequest, hook: Webhook, made: list[hooks.Made]) -> HttpResponse:
    """Shows the new secret. The same form sent again cannot: nobody is told it twice."""
    if made:
        return render(request, "reports/webhooks/secret.html", {"hook": made[0].hook, "secret": made[0].secret})
    messages.info(request, _("This was done before. If its secret is lost, make a new one here."))
    return redirect("webhook", hook.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def one_hook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One hook's page; POST changes where it goes and what it tells."""
    hook = known(webhook_id)
    if request.method != "POST":
        return show(request, hook)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return show(request, hook, 400, form=form)
    try:
        hooks.change(hook, by=person(request), **form.cleaned_data)
    except Refused as refused:
        return show(request, hook, explain(form, refused), form=form)
    messages.success(request, _("In force from its next message on."))
    return redirect("webhook", hook.pk)


@never_cache
@require_POST
@managers_only
def switch_hook(request: HttpRequest, webhook_id: int, to: str) -> HttpResponse:
    hook = known(webhook_id)
    try:
        hooks.change(hook, by=person(request), is_on=to == "on")
    except Refused as refused:
        return show(request, hook, refused.status, refusal=refused)
    messages.success(request, _("It is on, and goes on where it stopped.") if to == "on" else _("It is off."))
    return redirect("webhook", hook.pk)


@never_cache
@require_POST
@managers_only
@confirmed
def rotate_hook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    hook, form = known(webhook_id), WebhookRotationForm(request.POST)
    if not form.is_valid():
        return show(request, hook, 400, rotation=form)
    made = list[hooks.Made]()

    def rotate() -> Webhook:
        made.append(hooks.rotate(hook, by=person(request), **form.cleaned_data))
        return made[0].hook

    try:
        once_of(request, f"rotation of web hook {hook.pk}", form.cleaned_data).make(Webhook.objects.all(), rotate)
    except Refused as refused:
        return show(request, hook, refused.status, refusal=refused)
    return handed_over(request, hook, made)


@never_cache
@require_POST
@managers_only
def test_hook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    hook = known(webhook_id)
    try:
        once = once_of(request, f"test of web hook {hook.pk}", {})
        once.make(WebhookDelivery.objects.all(), lambda: hooks.test(hook, by=person(request)))
    except Refused as refused:
        return show(request, hook, refused.status, refusal=refused)
    messages.success(request, _("A test is on its way. How it was taken stands below in a moment."))
    return redirect("webhook", hook.pk)


@never_cache
@require_POST
@managers_only
def begin_again(request: HttpRequest, webhook_id: int) -> HttpResponse:
    hook, form = known(webhook_id), AgainForm(request.POST)
    if not form.is_valid():
        return show(request, hook, 400, again=form)
    try:
        once = once_of(request, f"redelivery of web hook {hook.pk}", form.cleaned_data)
        once.make(Webhook.objects.all(), lambda: hooks.deliver_again(hook, by=person(request), **form.cleaned_data))
    except Refused as refused:
        return show(request, hook, explain(form, refused, "after"), again=form)
    messages.success(request, _("Everything from there on is sent once more."))
    return redirect("webhook", hook.pk)


@never_cache
@require_POST
@managers_only
def remove_hook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    hooks.remove(known(webhook_id), by=person(request))
    messages.success(request, _("The web hook is removed."))
    return redirect("webhooks")


def known(webhook_id: int) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("made_by"), pk=webhook_id)


def show(request: HttpRequest, hook: Webhook, status: int = 200, **more: Any) -> HttpResponse:
    before, log = BeforeForm(request.GET), hook.deliveries.order_by("-pk")
    if before.is_valid() and before.cleaned_data["before"]:
        log = log.filter(pk__lt=before.cleaned_data["before"])
    rows = list(log[: PAGE + 1])
    about = trail.search(about=hooks.subject(hook)).filter(subject=hooks.subject(hook))[:LATEST]
    page: dict[str, Any] = {
        "hook": hook,
        "subject": hooks.subject(hook),
        "secrets": hooks.valid(hook),
        "form": WebhookForm(initial=of(hook)),
        "rotation": WebhookRotationForm(),
        "again": AgainForm(),
        "log": rows[:PAGE],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "is_first": "before" not in request.GET,
        "latest": [{"entry": entry, "facts": fact_words.told(entry)} for entry in about],
        **more,
    }
    return render(request, "reports/webhooks/webhook.html", page, status=status)
