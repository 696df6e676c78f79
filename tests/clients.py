"""Signing in and API clients for tests."""

from typing import Any

from django.test import Client

from tests.cast import PASSWORD, ApiClient


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", {"username": username, "password": password, **more})


def json_client(access: str = "") -> Client:
    return ApiClient(headers={"Authorization": f"Bearer {access}"} if access else None)


def tokens_of(username: str, password: str = PASSWORD) -> dict[str, str]:
    body = {"username": username, "password": password}
    answer = json_client().post("/api/v1/auth/token", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())
