"""Web hooks through the API: managers only, secret shown once, log, and restart."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from reports.models import Webhook, WebhookDelivery
from reports.webhooks import delivering, hooks
from tests.keys import machine
from tests.receivers import answering

pytestmark = pytest.mark.django_db
URL = "/api/v1/webhooks"


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
    return client.generic(method, path, json.dumps(body or {}), content_type="application/json", headers=headers)


def test_hook_is_made_changed_tested_restarted_rotated_and_removed(may_api: Client, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine") as receiver:
        asked = {"url": f"http://127.0.0.1:{receiver.port}/in", "types": ["stock", "bill"]}
        answer = send(may_api, "POST", URL, asked)
        made, one = answer.json(), f"{URL}/{answer.json()['id']}"
        assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
        assert (made["secret"][:6], made["types"], made["is_on"], made["off_reason"]) == (
            *("whsec_", ["stock", "bill"], True, ""),
        )
        waiting = send(may_api, "POST", f"{one}/test")
        assert (waiting.status_code, waiting.json()["sent_at"]) == (201, None)
        assert delivering.try_again()
    (row,) = may_api.get(f"{one}/deliveries").json()["results"]
    assert (row["status"], row["answer"], row["is_test"], row["next"]) == (200, "fine", True, made["cursor"])
    off = send(may_api, "PATCH", one, {"is_on": False, "types": []}).json()
    assert (off["is_on"], off["off_reason"], off["types"], off["url"]) == (False, "manager", [], asked["url"])
    assert send(may_api, "PATCH", one, {"is_on": True}).json()["off_at"] is None
    again = send(may_api, "POST", f"{one}/redeliver", {"after": made["cursor"]})
    assert (again.status_code, again.json()["cursor"]) == (201, made["cursor"])
    turned = send(may_api, "POST", f"{one}/rotate", {"overlap_hours": 1}).json()
    assert turned["secret"] != made["secret"]
    assert [secret["ends_at"] is None for secret in turned["secrets"]] == [True, False]
    for path in (URL, one):
        assert 'secret"' not in may_api.get(path).text
        assert "whsec_" not in may_api.get(path).text
    assert may_api.delete(one).status_code == 204
    assert may_api.get(one).status_code == 404
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        f"webhook.{deed}" for deed in ("made", "changed", "changed", "redelivered", "rotated", "removed")
    ]


def test_cashiers_and_keys_cannot_manage_hooks(may: User, ana_api: Client) -> None:
    hook = hooks.make(by=may, url="https://example.org/").hook
    for client in (ana_api, machine(may)):
        for method, path in (
            *(("GET", URL), ("POST", URL), ("GET", f"{URL}/{hook.pk}"), ("DELETE", f"{URL}/{hook.pk}")),
            *(("POST", f"{URL}/{hook.pk}/{deed}") for deed in ("test", "rotate", "redeliver")),
        ):
            assert send(client, method, path, {"url": "https://example.org/"}).status_code == 403, (method, path)
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (1, 0)


def test_invalid_hook_is_refused_in_words(may: User, may_api: Client) -> None:
    one = f"{URL}/{hooks.make(by=may, url='https://example.org/').hook.pk}"
    for body in (
        {},
        {"url": 7},
        {"url": "http://10.0.0.1/"},
        {"url": "https://169.254.169.254/latest"},
        {"url": "https://e.org/", "types": ["people"]},
        {"url": "https://e.org/", "types": "bill"},
        {"url": "https://e.org/", "types": ["bill"] * 200},
        {"url": "https://e.org/", "is_on": True},
    ):
        answer = send(may_api, "POST", URL, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), body
    assert send(may_api, "POST", URL, {"url": "https://a\0b/"}).status_code == 400
    for path, wrong, status in (
        ("rotate", {"overlap_hours": -1}, 400),
        ("rotate", {"overlap_hours": 10**30}, 400),
        ("redeliver", {}, 400),
        ("redeliver", {"after": "x"}, 400),
        ("redeliver", {"after": "W10"}, 400),
        ("test", {"x": 1}, 400),
    ):
        assert send(may_api, "POST", f"{one}/{path}", wrong).status_code == status, (path, wrong)
    assert send(may_api, "PATCH", one, {"is_on": "perhaps"}).status_code == 400
    assert send(may_api, "POST", f"{URL}/999999/test").status_code == 404
    Webhook.objects.bulk_create(Webhook(url="https://e.org/", made_by=may, cursor="x") for _ in range(19))
    refused = send(may_api, "POST", URL, {"url": "https://e.org/"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_webhooks")
