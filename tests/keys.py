"""API keys for tests."""

from typing import Any

from django.test import Client

from accounts.access import keys
from accounts.models import KeyMinute, User
from pos.api.scopes import SCOPES
from tests.cast import ApiClient

READING = [scope for scope in SCOPES if scope.endswith(":read")]
WRITING = [scope for scope in SCOPES if scope.endswith(":write")]


def made(by: User, *scopes: str, **facts: Any) -> keys.Made:
    usual = {"name": "Web shop", "per_minute": 6000, "days": 365}
    return keys.make(by=by, **{**usual, "scopes": list(scopes or SCOPES), **facts})


def with_key(secret: str, **headers: str) -> Client:
    return ApiClient(headers={"Authorization": f"Bearer {secret}", **headers})


def machine(by: User, *scopes: str, **facts: Any) -> Client:
    """An API client with a new key; it has all scopes unless some are given."""
    return with_key(made(by, *scopes, **facts).secret)


def begin_a_minute() -> None:
    KeyMinute.objects.all().delete()
