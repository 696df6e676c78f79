"""Keys of machines on pages: making one, its secret shown once, changing, a new secret, revoking."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import ApiKey, AuditEntry, KeySecret, User
from tests.keys import made, with_key

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"pos_[a-z2-9]{8}_[a-z2-9]{40}")
KIOSK = {
    "name": "Kiosk",
    "scopes": ["products:read", "bills:write"],
    "registers": "api, r1",
    "most_per_sale": "99,50",
    "per_minute": "60",
    "days": "365",
}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_key_made_on_a_page_opens_and_its_secret_is_shown_once(may_web: Client) -> None:
    page = may_web.post("/keys/new", KIOSK)
    secret = SECRET.findall(text(page))[0]
    assert "no-store" in page["Cache-Control"]
    assert with_key(secret).get("/api/v1/products").status_code == 200
    key = ApiKey.objects.get()
    assert (key.registers, f"{key.most_per_sale:.2f}", key.may_refund) == (["API", "R1"], "99.50", False)
    for path in ("/keys", f"/keys/{key.pk}"):
        shown = text(may_web.get(path))
        assert "Kiosk" in shown
        assert secret.rpartition("_")[2] not in shown


def test_form_sent_twice_makes_one_key_and_one_secret(may_web: Client) -> None:
    form = {**KIOSK, "key": str(uuid4())}
    may_web.post("/keys/new", form)
    assert may_web.post("/keys/new", form)["Location"] == f"/keys/{ApiKey.objects.get().pk}"
    turn = {"overlap_hours": "1", "key": str(uuid4())}
    path = f"/keys/{ApiKey.objects.get().pk}/rotate"
    assert SECRET.search(text(may_web.post(path, turn)))
    assert not SECRET.search(text(may_web.post(path, turn, follow=True)))
    assert KeySecret.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("name", "a\0b"),
        ("scopes", []),
        ("scopes", ["users:write"]),
        ("registers", "no/code"),
        ("most_per_sale", "0"),
        ("most_per_sale", "NaN"),
        ("addresses", "somewhere"),
        ("origins", "https://a.example/path"),
        ("per_minute", "0"),
        ("per_minute", "9" * 400),
        ("days", "4000"),
    ],
)
def test_key_with_invalid_details_is_not_made(may_web: Client, field: str, wrong: Any) -> None:
    answer = may_web.post("/keys/new", {**KIOSK, field: wrong})
    assert answer.status_code == 400
    assert "field__error" in text(answer)
    assert not ApiKey.objects.exists()
    key = made(User.objects.get(username="may")).key
    assert may_web.post(f"/keys/{key.pk}", {**KIOSK, field: wrong}).status_code == 400


def test_key_is_changed_and_revoked_on_its_page(may: User, may_web: Client) -> None:
    key = made(may)
    may_web.post(f"/keys/{key.key.pk}", {**KIOSK, "scopes": ["bills:read"]})
    assert with_key(key.secret).get("/api/v1/products").status_code == 403
    assert may_web.post(f"/keys/{key.key.pk}/revoke")["Location"] == "/keys"
    assert with_key(key.secret).get("/api/v1/bills").status_code == 401
    assert "revoked" in text(may_web.get(f"/keys/{key.key.pk}"))
    assert may_web.post(f"/keys/{key.key.pk}", KIOSK).status_code == 409
    assert may_web.post(f"/keys/{key.key.pk}/rotate", {"overlap_hours": "1"}).status_code == 409
    assert {"key.made", "key.changed", "key.revoked"} == set(AuditEntry.objects.values_list("action", flat=True))


def test_cashier_sees_no_keys(may: User, ana_web: Client) -> None:
    key = made(may).key
    for path in ("/keys", "/keys/new", f"/keys/{key.pk}"):
        assert ana_web.get(path).status_code == 403
    assert ana_web.post(f"/keys/{key.pk}/revoke").status_code == 403
    key.refresh_from_db()
    assert key.revoked_at is None
