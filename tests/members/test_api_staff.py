"""Linking a member to a staff user through the API; managers only."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from members.models import Member
from tests.traces import traces


def send(client: Client, method: str, member: Member | int, body: Any = None) -> Any:
    number = member if isinstance(member, int) else member.pk
    return client.generic(method, f"/api/v1/members/{number}/staff", body, content_type="application/json")


def put(client: Client, member: Member | int, user: object) -> Any:
    number = member if isinstance(member, int) else member.pk
    return client.put(f"/api/v1/members/{number}/staff", {"user": user}, content_type="application/json")


def test_manager_links_reads_and_unlinks(may_api: Client, olga: Member, ana: User) -> None:
    assert send(may_api, "GET", olga).json() == {"user": None, "username": None}
    for _ in range(2):
        linked = put(may_api, olga, ana.pk)
        assert (linked.status_code, linked.json()) == (200, {"user": ana.pk, "username": "ana"})
    assert send(may_api, "GET", olga).json() == {"user": ana.pk, "username": "ana"}
    for _ in range(2):
        assert send(may_api, "DELETE", olga).status_code == 204
    olga.refresh_from_db()
    assert olga.staff is None
    assert AuditEntry.objects.filter(action="member.staff_linked").exists()


def test_person_with_a_card_cannot_be_linked_to_a_second_one(
    may_api: Client, olga: Member, vera: Member, ana: User
) -> None:
    put(may_api, olga, ana.pk)
    refused = put(may_api, vera, ana.pk)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")


def test_cashier_links_nobody(ana_api: Client, olga: Member, ana: User) -> None:
    before = traces()
    assert put(ana_api, olga, ana.pk).status_code == 403
    assert send(ana_api, "DELETE", olga).status_code == send(ana_api, "GET", olga).status_code == 403
    assert traces() == before


@pytest.mark.parametrize("user", ["", "ana", 0, -1, 2**70, 1.5, True, [], {}, "\0", "NaN"])
def test_invalid_user_to_link_is_400(may_api: Client, olga: Member, user: object) -> None:
    assert put(may_api, olga, user).status_code == 400


def test_card_of_an_unknown_member_is_404(may_api: Client, ana: User) -> None:
    assert put(may_api, 999_999, ana.pk).status_code == 404
