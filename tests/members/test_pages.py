from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from members import points, registry
from members.models import Member, TierChange
from tests.cast import PIN

pytestmark = pytest.mark.django_db
NORA = {"name": "Nora Nowak", "email": "nora@example.org", "phone": "0171 2345678", "pin": "739150"}


def page(member: Member, rest: str = "") -> str:
    return f"/members/{member.number}{rest}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_all_staff_see_the_members(ana_web: Client, may_web: Client, client: Client, vera: Member) -> None:
    for someone in [ana_web, may_web]:
        assert vera.name in text(someone.get("/members"))
        assert vera.name in text(someone.get(page(vera)))
    for path in ["/members", "/members/new", page(vera)]:
        assert client.get(path).url.startswith("/sign-in")


@pytest.mark.parametrize("asked", ["vera", "VOGEL", "vera@example.org"])
def test_member_is_found(ana_web: Client, vera: Member, olga: Member, asked: str) -> None:
    found = text(ana_web.get("/members", {"q": asked}))
    assert vera.name in found
    assert olga.name not in found


@pytest.mark.parametrize("asked", ["%", "(", "\0", "x" * 10_000, "<script>"])
def test_malformed_search_finds_nobody(ana_web: Client, vera: Member, asked: str) -> None:
    answer = ana_web.get("/members", {"q": asked})
    assert answer.status_code == 200
    assert "Nobody found" in text(answer)
    assert "<script>" not in text(answer)


def test_scanned_card_opens_its_page(ana: User, ana_web: Client) -> None:
    nora = registry.register(**NORA, by=ana)
    assert ana_web.get("/members", {"q": nora.number}).url == page(nora)


def test_cashier_registers_a_member_and_comes_to_the_page(ana_web: Client) -> None:
    answer = ana_web.post("/members/new", NORA, follow=True)
    assert answer.redirect_chain[0][0] == page(Member.objects.get())
    assert NORA["pin"] not in text(answer)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"pin": "111111"}, 400),
        ({"pin": "½½½½½½"}, 400),
        ({"email": "nora"}, 400),
        ({"phone": "call me"}, 400),
        ({"email": "VERA@example.org"}, 409),
    ],
)
def test_refused_registration_keeps_what_was_typed_but_the_pin(
    ana_web: Client, vera: Member, change: dict[str, str], status: int
) -> None:
    answer = ana_web.post("/members/new", {**NORA, **change})
    assert answer.status_code == status
    assert "Nora Nowak" in text(answer)
    assert "739150" not in text(answer)
    assert "field__error" in text(answer)
    assert Member.objects.count() == 1


def test_details_are_corrected(ana_web: Client, vera: Member) -> None:
    form = {"name": "Vera Vogt", "email": vera.email, "phone": ""}
    assert ana_web.post(page(vera, "/edit"), form).url == page(vera)
    assert Member.objects.get(pk=vera.pk).name == "Vera Vogt"


def test_taken_email_is_said_at_its_field(ana_web: Client, vera: Member, olga: Member) -> None:
    form = {"name": olga.name, "email": vera.email, "phone": ""}
    answer = ana_web.post(page(olga, "/edit"), form)
    assert answer.status_code == 409
    assert answer.context["person_form"].errors["email"]


def test_cashier_makes_vip_with_the_members_pin_alone(ana_web: Client, olga: Member) -> None:
    assert ana_web.post(page(olga, "/vip")).status_code == 409
    assert ana_web.post(page(olga, "/vip"), {"pin": "000001"}).status_code == 403
    assert ana_web.post(page(olga, "/vip"), {"pin": PIN}).url == page(olga)
    assert Member.objects.get(pk=olga.pk).is_vip
    assert ana_web.post(page(olga, "/vip/withdraw"), {"pin": PIN}).url == page(olga)
    assert [change.by_consent for change in TierChange.objects.all()] == [True, True]


def test_manager_makes_vip_without_a_pin(may_web: Client, olga: Member) -> None:
    assert may_web.post(page(olga, "/vip")).url == page(olga)
    assert Member.objects.get(pk=olga.pk).is_vip


def test_sixth_wrong_pin_is_429(ana_web: Client, olga: Member) -> None:
    for _ in range(5):
        assert ana_web.post(page(olga, "/vip"), {"pin": "000001"}).status_code == 403
    assert ana_web.post(page(olga, "/vip"), {"pin": PIN}).status_code == 429


def test_member_chooses_a_new_pin(ana_web: Client, may_web: Client, olga: Member) -> None:
    assert ana_web.post(page(olga, "/pin"), {"new_pin": "739150"}).status_code == 409
    assert ana_web.post(page(olga, "/pin"), {"pin": PIN, "new_pin": "123456"}).status_code == 400
    assert ana_web.post(page(olga, "/pin"), {"pin": PIN, "new_pin": "739150"}).url == page(olga)
    assert may_web.post(page(olga, "/pin"), {"new_pin": PIN}).url == page(olga)


@pytest.mark.parametrize("number", ["T999999", "x", "%00", "a" * 30])
@pytest.mark.parametrize("rest", ["", "/edit", "/vip", "/vip/withdraw", "/pin"])
def test_unknown_member_is_404(ana_web: Client, number: str, rest: str) -> None:
    ask = ana_web.post if rest else ana_web.get
    assert ask(f"/members/{number}{rest}").status_code == 404


def test_erased_member_has_no_page(ana_web: Client, may: User, vera: Member) -> None:
    registry.erase(vera.pk, by=may)
    assert ana_web.get(page(vera)).status_code == 404


def test_longer_ledger_takes_no_more_queries(
    ana_web: Client, may: User, vera: Member, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        points.adjust(vera.pk, Decimal("5.00"), by=may, reason="a gift")
    with django_assert_max_num_queries(9):
        ana_web.get(page(vera))
