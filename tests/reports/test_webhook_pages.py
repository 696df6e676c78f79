"""Web hooks on pages: made, secret shown once, tested, turned off and on, restarted, removed."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from reports.models import Webhook, WebhookDelivery, WebhookSecret
from reports.webhooks import hooks

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
FORM = {"url": "https://shop.example.org/in", "types": ["bill", "stock"]}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_hook_is_made_once_on_a_page_and_its_secret_is_shown_once(may_web: Client) -> None:
    form = {**FORM, "key": str(uuid4())}
    page = may_web.post("/webhooks/new", form)
    assert SECRET.search(text(page))
    assert "no-store" in page["Cache-Control"]
    hook = Webhook.objects.get()
    one = f"/webhooks/{hook.pk}"
    assert may_web.post("/webhooks/new", form)["Location"] == one
    turn = {"overlap_hours": "24", "key": str(uuid4())}
    assert SECRET.search(text(may_web.post(f"{one}/rotate", turn)))
    assert not SECRET.search(text(may_web.post(f"{one}/rotate", turn, follow=True)))
    assert (WebhookSecret.objects.count(), hook.types) == (2, ["stock", "bill"])
    assert "signs until" in text(may_web.get(one))
    assert "shop.example.org" in text(may_web.get("/webhooks"))


def test_hook_is_changed_tested_restarted_stopped_and_removed(may_web: Client, may: User) -> None:
    hook = hooks.make(by=may, url="https://example.org/").hook
    one = f"/webhooks/{hook.pk}"
    may_web.post(one, {**FORM, "types": []})
    assert Webhook.objects.get().url == FORM["url"]
    test = {"key": str(uuid4())}
    assert [may_web.post(f"{one}/test", test).status_code for _ in range(2)] == [302, 302]
    assert WebhookDelivery.objects.count() == 1
    assert may_web.post(f"{one}/again", {"after": hook.cursor}).status_code == 302
    may_web.post(f"{one}/switch/off")
    off = text(may_web.get(one))
    assert "Turned off by a manager." in off
    assert ("waits" in off, "Send a test" in off) == (True, True)
    may_web.post(f"{one}/switch/on")
    assert "Turned off by" not in text(may_web.get(one)).partition('id="latest"')[0]
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(hook=hook, message=f"msg_{n:02d}_", after="x", entries=n, sent_at=hook.made_at, status=500)
        for n in range(25)
    )
    log = text(may_web.get(one))
    assert ("msg_24_" in log, "msg_05_" in log, "msg_04_" in log) == (True, True, False)
    older = text(may_web.get(f"{one}?before={WebhookDelivery.objects.get(message='msg_05_').pk}"))
    assert ("msg_05_" in older, "msg_04_" in older) == (False, True)
    assert may_web.get(f"{one}?before=x").status_code == 200
    may_web.post(f"{one}/remove")
    assert may_web.get(one).status_code == 404
    assert AuditEntry.objects.latest("pk").action == "webhook.removed"


def test_bad_forms_are_refused_at_their_field(may_web: Client, may: User) -> None:
    one = f"/webhooks/{hooks.make(by=may, url='https://example.org/').hook.pk}"
    for path, form, status in (
        ("/webhooks/new", {"url": ""}, 400),
        ("/webhooks/new", {"url": "https://10.0.0.1/"}, 400),
        ("/webhooks/new", {"url": "https://a\0b/"}, 400),
        ("/webhooks/new", {**FORM, "types": ["people"]}, 400),
        (one, {"url": "http://example.org/"}, 400),
        (f"{one}/again", {"after": "x"}, 400),
        (f"{one}/again", {}, 400),
        (f"{one}/rotate", {"overlap_hours": "soon"}, 400),
    ):
        answer = may_web.post(path, form)
        assert (answer.status_code, "field__error" in text(answer)) == (status, True), (path, form)
    assert (Webhook.objects.get().url, WebhookSecret.objects.count()) == ("https://example.org/", 1)
