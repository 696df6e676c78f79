"""The tokens of one sign-in: each refresh token works once, a lost answer is repeated, all can be revoked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import AuditEntry, SpentToken, TokenFamily, User
from tests.clients import json_client, tokens_of

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token"
SETTINGS = "/api/v1/settings"


def renewed(refresh: str) -> Any:
    return json_client().post(f"{TOKEN}/refresh", {"refresh": refresh}, content_type="application/json")


def later(monkeypatch: pytest.MonkeyPatch, **more: float) -> None:
    at = timezone.now() + timedelta(**more)
    monkeypatch.setattr("accounts.access.tokens.timezone.now", lambda: at)


def test_a_refresh_token_is_good_once(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tokens_of("ana")["refresh"]
    second = renewed(first)
    assert second.status_code == 200
    assert json_client(second.json()["access"]).get(SETTINGS).status_code == 200
    later(monkeypatch, seconds=61)
    assert renewed(first).status_code == 401


def test_a_lost_answer_is_given_again_for_a_minute(ana: User) -> None:
    first = tokens_of("ana")["refresh"]
    answers = [renewed(first) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.json()["refresh"] for answer in answers}) == 1
    assert renewed(answers[0].json()["refresh"]).status_code == 200


def test_refresh_token_used_twice_revokes_its_whole_family(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = tokens_of("ana")["refresh"], tokens_of("ana")["refresh"]
    second = renewed(first).json()["refresh"]
    later(monkeypatch, seconds=61)
    assert renewed(first).status_code == 401
    assert renewed(second).status_code == 401
    assert renewed(other).status_code == 200
    assert AuditEntry.objects.filter(action="token.reused", subject="ana").count() == 1


def test_token_whose_successor_was_used_is_treated_as_stolen(ana: User) -> None:
    first = tokens_of("ana")["refresh"]
    second = renewed(first).json()["refresh"]
    third = renewed(second).json()["refresh"]
    assert renewed(first).status_code == 401
    assert renewed(third).status_code == 401


def test_tokens_expire_with_the_hours_of_the_first_sign_in(ana: User, settings: Any) -> None:
    first = tokens_of("ana")
    following = first
    for _ in range(3):
        following = renewed(following["refresh"]).json()
    ends = [RefreshToken(pair["refresh"])["exp"] for pair in (first, following)]  # type: ignore[arg-type]
    assert ends[0] == ends[1]
    assert ends[0] - timezone.now().timestamp() <= settings.SESSION_HOURS * 3600
    assert AccessToken(following["access"])["exp"] <= ends[0]  # type: ignore[arg-type]


def test_expired_families_are_deleted(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed(tokens_of("ana")["refresh"])
    later(monkeypatch, hours=13)
    tokens_of("ana")
    assert (TokenFamily.objects.count(), SpentToken.objects.count()) == (1, 0)


def test_revoking_ends_the_tokens_that_came_before_and_after(ana: User) -> None:
    first = tokens_of("ana")["refresh"]
    second = renewed(first).json()["refresh"]
    json_client().post(f"{TOKEN}/revoke", {"refresh": first}, content_type="application/json")
    assert renewed(second).status_code == 401


def test_api_reads_the_user_in_one_statement(ana_api: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        ana_api.get(SETTINGS)
