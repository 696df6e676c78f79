import json
import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from members import consents, points, registry
from members.models import Member
from tests.cast import PIN

pytestmark = pytest.mark.django_db
MEMBERS = "/api/v1/members"
NORA = {"name": "Nora Nowak", "email": "nora@example.org", "pin": "739150"}


def send(client: Client, method: str, url: str, body: Any = None) -> Any:
    data = json.dumps({} if body is None else body)
    return client.generic(method, url, data, content_type="application/json")


def url(member: Member, rest: str = "") -> str:
    return f"{MEMBERS}/{member.pk}{rest}"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def consent(client: Client, member: Member) -> str:
    return str(send(client, "POST", url(member, "/consent"), {"pin": PIN}).json()["consent"])


def test_cashier_registers_a_member_and_the_pin_is_not_returned(
    ana_api: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = send(ana_api, "POST", MEMBERS, {**NORA, "phone": "0171 2345678"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["phone"], body["tier"], body["points"]) == (
        "Nora Nowak",
        "01712345678",
        "regular",
        "0.00",
    )
    assert "pin" not in body
    assert NORA["pin"] not in answer.content.decode()
    assert NORA["pin"] not in caplog.text
    assert send(ana_api, "GET", f"{MEMBERS}/{body['id']}").json() == body


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pin": "111111"}, "pin"),
        ({"pin": "½½½½½½"}, "pin"),
        ({"pin": "739150\n"}, "pin"),
        ({"pin": 739150}, "pin"),
        ({"pin": None}, "pin"),
        ({"pin": "7" * 10_000}, "pin"),
        ({"email": "nora@example.org\n"}, "email"),
        ({"email": "nora"}, "email"),
        ({"email": ["nora@example.org"]}, "email"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": {}}, "name"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "1" * 10_000}, "phone"),
        ({"points": "100"}, "points"),
        ({"is_vip": True}, "is_vip"),
        ({"number": "M1"}, "number"),
    ],
)
def test_invalid_registration_names_the_field(ana_api: Client, change: dict[str, Any], field: str) -> None:
    answer = send(ana_api, "POST", MEMBERS, {**NORA, **change})
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', '{"name": NaN}', '{"name": "a\\u0000"}', '{"name": "\\ud800"}']
)
def test_malformed_request_is_400(ana_api: Client, body: str) -> None:
    assert ana_api.post(MEMBERS, body, content_type="application/json").status_code == 400


def test_taken_email_is_409_whatever_its_case(ana_api: Client, vera: Member) -> None:
    assert code(send(ana_api, "POST", MEMBERS, {**NORA, "email": vera.email.upper()})) == (409, "in_use")


@pytest.mark.parametrize("rest", ["", "/1", "/1/consent", "/1/vip", "/1/points"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_anonymous_request_sees_no_member(vera: Member, client: Client, rest: str, method: str) -> None:
    assert send(client, method, MEMBERS + rest).status_code in (401, 405)


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999", "x", "-1", "1.5"])
@pytest.mark.parametrize("rest", ["", "/consent", "/vip", "/points"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_seed_d46_unknown_or_malformed_member_is_404(ana_api: Client, pk: str, rest: str, method: str) -> None:
    body = {"pin": PIN} if rest == "/consent" else {}
    assert send(ana_api, method, f"{MEMBERS}/{pk}{rest}", body).status_code in (404, 405)


@pytest.mark.parametrize("change", [{"name": "Vera Vogt"}, {"email": "v@example.org"}, {"phone": "0301234"}, {}])
def test_seed_d50_each_field_can_be_changed_alone(ana_api: Client, vera: Member, change: dict[str, str]) -> None:
    before = send(ana_api, "GET", url(vera)).json()
    answer = send(ana_api, "PATCH", url(vera), change)
    assert answer.status_code == 200
    assert {**answer.json(), "updated_at": None} == {**before, **change, "updated_at": None}


@pytest.mark.parametrize("field", ["id", "number", "points", "tier", "is_vip", "erased_at", "nonsense"])
def test_fields_with_their_own_routes_cannot_be_patched(may_api: Client, vera: Member, field: str) -> None:
    assert code(send(may_api, "PATCH", url(vera), {field: "1"})) == (400, "invalid")


def test_only_a_manager_switches_a_member_off(ana_api: Client, may_api: Client, vera: Member) -> None:
    assert code(send(ana_api, "PATCH", url(vera), {"is_active": False})) == (403, "permission_denied")
    assert send(may_api, "PATCH", url(vera), {"is_active": False}).json()["is_active"] is False


def test_new_pin_needs_the_consent_of_the_old_one(ana_api: Client, may_api: Client, vera: Member) -> None:
    assert code(send(ana_api, "PATCH", url(vera), {"pin": "739150"})) == (409, "consent_required")
    body = {"pin": "739150", "consent": consent(ana_api, vera)}
    assert send(ana_api, "PATCH", url(vera), body).status_code == 200
    assert code(send(ana_api, "POST", url(vera, "/consent"), {"pin": PIN})) == (403, "wrong_pin")
    assert send(may_api, "PATCH", url(vera), {"pin": PIN}).status_code == 200


def test_refused_new_pin_undoes_the_whole_change(ana_api: Client, vera: Member) -> None:
    send(ana_api, "PATCH", url(vera), {"name": "Somebody", "pin": "739150"})
    assert Member.objects.get(pk=vera.pk).name == vera.name


def test_consent_is_told_once_with_its_time(ana_api: Client, vera: Member) -> None:
    answer = send(ana_api, "POST", url(vera, "/consent"), {"pin": PIN})
    assert (answer.status_code, answer.json()["expires_in"]) == (201, 300)
    assert answer["Cache-Control"] == "no-store"


def test_seed_d30_sixth_wrong_pin_is_told_to_wait(ana_api: Client, vera: Member) -> None:
    for _ in range(5):
        assert code(send(ana_api, "POST", url(vera, "/consent"), {"pin": "000001"})) == (403, "wrong_pin")
    answer = send(ana_api, "POST", url(vera, "/consent"), {"pin": PIN})
    assert code(answer) == (429, "pin_locked")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_vip_by_consent_of_the_member(ana_api: Client, olga: Member) -> None:
    assert code(send(ana_api, "PUT", url(olga, "/vip"))) == (409, "consent_required")
    token = consent(ana_api, olga)
    assert send(ana_api, "PUT", url(olga, "/vip"), {"consent": token}).json()["tier"] == "vip"
    assert code(send(ana_api, "DELETE", url(olga, "/vip"), {"consent": token})) == (409, "consent_used")
    assert send(ana_api, "DELETE", url(olga, "/vip"), {"consent": consent(ana_api, olga)}).json()["tier"] == "regular"


def test_vip_by_a_manager_needs_no_body(may_api: Client, olga: Member) -> None:
    assert may_api.put(url(olga, "/vip")).json()["tier"] == "vip"
    assert may_api.delete(url(olga, "/vip")).json()["tier"] == "regular"


def test_seed_d26_consent_of_one_member_moves_no_other(ana_api: Client, vera: Member, olga: Member) -> None:
    answer = send(ana_api, "PUT", url(olga, "/vip"), {"consent": consent(ana_api, vera)})
    assert code(answer) == (409, "consent_required")


def test_seed_d27_staff_token_is_no_consent(ana_api: Client, olga: Member) -> None:
    token = ana_api.defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    assert send(ana_api, "PUT", url(olga, "/vip"), {"consent": token[:100]}).status_code == 409


def test_seed_d28_consent_is_no_staff_token(ana_api: Client, vera: Member) -> None:
    forged = Client(headers={"Authorization": f"Bearer {consent(ana_api, vera)}"})
    assert send(forged, "GET", MEMBERS).status_code == 401


def test_seed_d21_erasing_is_for_managers_and_keeps_the_ledger(
    ana_api: Client, may_api: Client, may: User, vera: Member
) -> None:
    points.adjust(vera.pk, points.quantum() * 5, by=may, reason="a gift")
    assert code(send(ana_api, "DELETE", url(vera))) == (403, "permission_denied")
    assert may_api.delete(url(vera)).status_code == 204
    assert send(may_api, "GET", url(vera)).status_code == 404
    assert may_api.delete(url(vera)).status_code == 404
    assert vera.entries.count() == 2


def test_points_ledger_is_told_newest_first(ana_api: Client, may: User, vera: Member) -> None:
    points.adjust(vera.pk, points.quantum() * 500, by=may, reason="a gift")
    points.adjust(vera.pk, -points.quantum(), by=may, reason="too much")
    entries = send(ana_api, "GET", url(vera, "/points")).json()["results"]
    assert [(entry["amount"], entry["reason"], entry["by"]) for entry in entries] == [
        ("-0.01", "too much", "may"),
        ("5.00", "a gift", "may"),
    ]
    assert send(ana_api, "GET", url(vera)).json()["points"] == "4.99"


def results(client: Client, **query: str) -> list[Any]:
    answer = client.get(MEMBERS, query)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_members_are_searched_as_at_the_till(ana_api: Client, may: User, vera: Member, olga: Member) -> None:
    registry.edit(vera.pk, by=may, phone="0170/123 45 67")
    assert [row["id"] for row in results(ana_api, search="+49 170 1234567")] == [vera.pk]
    assert results(ana_api, search="%") == results(ana_api, search="x" * 3000) == []
    registry.edit(vera.pk, by=may, is_active=False)
    assert results(ana_api, search="vera") == []
    assert [row["id"] for row in results(ana_api, is_active="false")] == [vera.pk]


def test_changes_are_listed_in_order_and_an_erased_member_is_blank(
    ana_api: Client, may: User, vera: Member, olga: Member
) -> None:
    since = timezone.now().isoformat()
    registry.edit(olga.pk, by=may, name="Olga Oper")
    registry.erase(vera.pk, by=may)
    changes = results(ana_api, updated_since=since)
    assert [(row["id"], row["name"], row["is_active"]) for row in changes] == [
        (olga.pk, "Olga Oper", True),
        (vera.pk, "", False),
    ]
    assert [row["id"] for row in results(ana_api)] == [olga.pk]


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=101",
        "cursor=x",
        "updated_since=x",
        "is_active=maybe",
        "nonsense=1",
        "search=%00",
    ],
)
def test_seed_d47_bad_parameters_are_400(ana_api: Client, query: str) -> None:
    assert ana_api.get(f"{MEMBERS}?{query}").status_code == 400


def test_pages_do_not_overlap(ana_api: Client, vera: Member, olga: Member) -> None:
    first = ana_api.get(MEMBERS, {"page_size": "1"}).json()
    second = ana_api.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == [vera.pk, olga.pk]
    assert second["next"] is None


@pytest.mark.parametrize(("path", "rows"), [("", 20), ("/points", 20)])
def test_longer_list_takes_no_more_queries(
    ana_api: Client, may: User, vera: Member, path: str, rows: int, django_assert_num_queries: Any
) -> None:
    for row in range(rows):
        Member.objects.create(number=f"X{row}", name=f"Nina {row}")
        points.adjust(vera.pk, points.quantum(), by=may, reason="a gift")
    with django_assert_num_queries(3 if path else 2):
        ana_api.get(url(vera, path) if path else MEMBERS)


def test_consent_for_a_switched_off_member_is_refused(ana_api: Client, vera: Member) -> None:
    Member.objects.update(is_active=False)
    assert code(send(ana_api, "POST", url(vera, "/consent"), {"pin": PIN})) == (409, "unknown_member")


def test_changed_consent_token_is_refused(ana: User, ana_api: Client, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert code(send(ana_api, "DELETE", url(vera, "/vip"), {"consent": flipped})) == (409, "consent_required")
