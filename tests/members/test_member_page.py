"""What a manager does on a member's page, and what everybody sees there."""

import json
from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from billing.models import Shift
from inventory.models import Product
from members import consents, points, registry, vip
from members.models import Member, PointsEntry, TierChange
from pos import calendar
from pos.errors import Invalid
from reports.figures import queries
from tests import cast
from tests.at_once import at_once
from tests.cast import PIN
from tests.counter import sell
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def again(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


def correction(**more: str) -> dict[str, str]:
    return {"amount": "5,5", "reason": "forgotten card", **more}


def test_manager_corrects_points_with_a_reason(may_web: Client, olga: Member) -> None:
    assert may_web.post(f"/members/{olga.number}/points", correction()).status_code == 302
    entry = PointsEntry.objects.get()
    assert (entry.kind, entry.amount, entry.reason, entry.by.username) == (
        "adjusted",
        D("5.5"),
        "forgotten card",
        "may",
    )
    assert_books_are_right()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": ""},
        {"amount": "NaN"},
        {"amount": "0"},
        {"amount": "0.001"},
        {"amount": "9" * 20},
        {"reason": ""},
        {"reason": "x" * 201},
        {"reason": "a\0b"},
        {"reason": " "},
    ],
)
def test_invalid_correction_is_400_and_changes_no_points(may_web: Client, olga: Member, wrong: dict[str, str]) -> None:
    answer = may_web.post(f"/members/{olga.number}/points", correction(**wrong))
    assert (answer.status_code, "field__error" in text(answer)) == (400, True)
    assert not PointsEntry.objects.exists()


def test_points_are_not_corrected_below_zero_nor_by_a_cashier(may_web: Client, ana_web: Client, olga: Member) -> None:
    assert may_web.post(f"/members/{olga.number}/points", correction(amount="-1")).status_code == 409
    assert ana_web.post(f"/members/{olga.number}/points", correction()).status_code == 403
    assert "Correct the points" not in text(ana_web.get(f"/members/{olga.number}"))


@pytest.mark.django_db(transaction=True)
def test_correction_sent_eight_times_at_once_is_made_once(may: User, olga: Member) -> None:
    page, form = cast.signed_in(may), correction(key=str(uuid4()))

    def send() -> int:
        client = Client()
        client.cookies = page.cookies
        return client.post(f"/members/{olga.number}/points", form).status_code

    assert set(at_once([send] * 8)) == {302}
    assert again(olga).points == D("5.5")
    assert_books_are_right()


def test_program_corrects_points_once_for_its_key(may_api: Client, ana_api: Client, olga: Member) -> None:
    path, body = f"/api/v1/members/{olga.pk}/points", {"amount": "5.50", "reason": "forgotten card"}
    headers = {"Idempotency-Key": str(uuid4())}
    answers = [may_api.post(path, body, content_type="application/json", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["amount"] == "5.50"
    assert again(olga).points == D("5.5")
    assert ana_api.post(path, body, content_type="application/json").status_code == 403


def test_vip_ends_by_itself_after_the_last_day(may: User, ana: User, shift: Shift, tea: Product, olga: Member) -> None:
    today = calendar.today()
    member = vip.grant(olga.pk, by=may, until=today)
    assert member.tier == "vip"
    assert sell((tea, "1"), by=ana, cash="12.50", member=olga.pk).vip_discount > 0
    Member.objects.filter(pk=olga.pk).update(vip_until=timezone.now() - timedelta(seconds=1))
    assert again(olga).tier == "regular"
    assert sell((tea, "1"), by=ana, cash="12.50", member=olga.pk).vip_discount == 0
    assert queries.members_by_tier() == {"regular": 1, "vip": 0}
    vip.grant(olga.pk, by=may)
    assert (again(olga).tier, again(olga).vip_until) == ("vip", None)
    assert TierChange.objects.count() == 2
    assert_books_are_right()


def test_last_day_of_vip_is_given_on_the_page_and_by_programs(
    may_web: Client, may_api: Client, olga: Member, vera: Member
) -> None:
    last = calendar.today() + timedelta(days=30)
    assert may_web.post(f"/members/{olga.number}/vip", {"pin": "", "until": last.isoformat()}).status_code == 302
    assert timezone.localtime(again(olga).vip_until).date() == last + timedelta(days=1)
    assert "Ends by itself on" in text(may_web.get(f"/members/{olga.number}"))
    answer = may_api.put(f"/api/v1/members/{vera.pk}/vip", {"until": last.isoformat()}, content_type="application/json")
    assert answer.json()["vip_until"] is not None
    for odd in ("2000-01-01", "9999-12-31", "soon", 5, None, "\0"):
        body = {"until": odd}
        path = f"/api/v1/members/{vera.pk}/vip"
        assert may_api.put(path, body, content_type="application/json").status_code == 400, odd
    assert may_web.post(f"/members/{olga.number}/vip", {"pin": "", "until": "2000-01-01"}).status_code == 400


def test_another_last_day_needs_the_members_consent_too(ana: User, may: User, olga: Member) -> None:
    day = calendar.today() + timedelta(days=3)
    vip.grant(olga.pk, by=may, until=day)
    with pytest.raises(consents.ConsentRequired):
        vip.grant(olga.pk, by=ana, until=day + timedelta(days=9))
    vip.grant(olga.pk, by=ana, until=day)
    vip.grant(olga.pk, by=ana, until=day + timedelta(days=9), consent=consents.give(olga.pk, PIN, by=ana))
    assert TierChange.objects.count() == 2
    with pytest.raises(Invalid):
        vip.grant(olga.pk, by=may, until=calendar.today() - timedelta(days=1))


def test_several_members_may_have_no_e_mail(ana_web: Client, ana_api: Client) -> None:
    for number in range(2):
        form = {"name": f"Nora {number}", "email": "", "phone": "", "pin": "739150"}
        assert ana_web.post("/members/new", form).status_code == 302
    answer = ana_api.post("/api/v1/members", {"name": "Nils", "pin": "739150"}, content_type="application/json")
    assert (answer.status_code, answer.json()["email"]) == (201, "")
    taken = {"name": "Nils", "pin": "739150", "email": "n@example.org"}
    answers = [ana_api.post("/api/v1/members", taken, content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    path = f"/api/v1/members/{answers[0].json()['id']}"
    assert ana_api.patch(path, {"email": ""}, content_type="application/json").json()["email"] == ""


def test_page_shows_what_was_bought_and_spent(
    ana_web: Client, ana: User, shift: Shift, tea: Product, milk: Product, olga: Member
) -> None:
    bill = sell((tea, "2"), (milk, "1"), by=ana, cash="27.00", member=olga.pk)
    sell((milk, "3"), by=ana, cash="6.00", member=olga.pk)
    sell((milk, "9"), by=ana, cash="18.00")
    page = text(ana_web.get(f"/members/{olga.number}/purchases"))
    assert "33.00" in page
    assert page.index("Milk") < page.index("Green tea")
    assert bill.number in page
    part = text(ana_web.get(f"/members/{olga.number}/purchases", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert f'hx-get="/members/{olga.number}/purchases"' in text(ana_web.get(f"/members/{olga.number}"))
    assert ana_web.get("/members/M00000000/purchases").status_code == 404


def test_export_holds_all_data_about_a_member(
    may_web: Client, may_api: Client, ana_web: Client, may: User, ana: User, shift: Shift, tea: Product, olga: Member
) -> None:
    points.adjust(olga.pk, D("5"), by=may, reason="a gift")
    vip.grant(olga.pk, by=may)
    bill = sell((tea, "1"), by=ana, cash="12.50", member=olga.pk)
    answer = may_web.post(f"/members/{olga.number}/export")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{olga.number}.json"'
    held = json.loads(answer.content)
    assert held["member"]["email"] == "olga@example.org"
    assert [entry["reason"] for entry in held["points"]][:1] == ["a gift"]
    assert held["bills"][0]["number"] == bill.number
    assert held["bills"][0]["lines"][0]["name"] == "Green tea"
    assert [change["to_vip"] for change in held["vip"]] == [True]
    assert again(olga).pin not in answer.content.decode()
    assert may_api.get(f"/api/v1/members/{olga.pk}/export").json()["member"]["number"] == olga.number
    assert AuditEntry.objects.filter(action="member.exported", actor=may).count() == 2
    assert ana_web.post(f"/members/{olga.number}/export").status_code == 403


def test_member_is_erased_by_typing_the_number(may_web: Client, ana_web: Client, olga: Member) -> None:
    assert may_web.post(f"/members/{olga.number}/erase", {"number": "M1"}).status_code == 400
    assert ana_web.post(f"/members/{olga.number}/erase", {"number": olga.number}).status_code == 403
    assert again(olga).name == "Olga Ott"
    assert may_web.post(f"/members/{olga.number}/erase", {"number": olga.number}).status_code == 302
    assert (again(olga).name, again(olga).is_active) == ("", False)


def test_trail_records_that_a_member_was_switched_off_without_a_name(may: User, olga: Member) -> None:
    registry.edit(olga.pk, by=may, name="Olga Otto", is_active=False)
    facts = AuditEntry.objects.get(action="member.edited").facts
    assert facts == {"fields": ["is_active", "name"], "is_active": [True, False]}


def test_audit_finds_merged_points_that_never_arrived(may: User, olga: Member, vera: Member) -> None:
    PointsEntry.objects.create(member=olga, kind="moved", amount=D(5), reference="merge 1", by=may)
    Member.objects.filter(pk=olga.pk).update(points=5)
    with pytest.raises(AssertionError, match=r"I03\.moved"):
        assert_books_are_right()
