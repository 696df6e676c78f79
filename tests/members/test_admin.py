from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from members import consents, points
from members.models import Member, PointsEntry, TierChange
from tests.cast import PIN

pytestmark = pytest.mark.django_db
LIST = "/admin/members/member/"
INLINES = {
    f"{inline}-{field}": "0" for inline in ("entries", "tier_changes") for field in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def form_of(member: Member, **changes: str) -> dict[str, str]:
    person = {"name": member.name, "email": member.email, "phone": member.phone, "is_active": "on"}
    return {**INLINES, **person, "points_key": str(uuid4()), **changes}


def save(client: Client, member: Member, **changes: str) -> Any:
    return client.post(f"{LIST}{member.pk}/change/", form_of(member, **changes), follow=True)


def test_cashier_does_not_enter(ana_web: Client, vera: Member) -> None:
    for path in [LIST, f"{LIST}{vera.pk}/change/", f"{LIST}add/"]:
        assert ana_web.get(path).status_code in (302, 403)


def test_manager_finds_and_opens_a_member(may_web: Client, vera: Member, olga: Member) -> None:
    found = may_web.get(LIST, {"q": "vogel"}).content.decode()
    assert vera.name in found
    assert olga.name not in found
    assert may_web.get(f"{LIST}{vera.pk}/change/").status_code == 200


def test_manager_registers_a_member(may_web: Client) -> None:
    form = {"name": "Nora Nowak", "email": "nora@example.org", "phone": "", "new_pin": "739150"}
    assert may_web.post(f"{LIST}add/", form).status_code == 302
    assert Member.objects.get().number.startswith("M")


@pytest.mark.parametrize("pin", ["111111", "½½½½½½", "12345"])
def test_member_with_a_refused_pin_is_not_registered(may_web: Client, pin: str) -> None:
    form = {"name": "Nora Nowak", "email": "nora@example.org", "phone": "", "new_pin": pin}
    may_web.post(f"{LIST}add/", form)
    assert not Member.objects.exists()


def test_manager_corrects_details(may_web: Client, vera: Member) -> None:
    save(may_web, vera, name="Vera Vogt", is_active="")
    member = Member.objects.get(pk=vera.pk)
    assert (member.name, member.is_active, member.is_vip) == ("Vera Vogt", False, True)


def test_points_and_vip_are_not_editable_fields(may_web: Client, vera: Member) -> None:
    save(may_web, vera, points="500", is_vip="", number="M1")
    member = Member.objects.get(pk=vera.pk)
    assert (member.points, member.is_vip, member.number) == (0, True, vera.number)


def test_manager_adjusts_points_once_however_often_it_is_sent(may_web: Client, may: User, vera: Member) -> None:
    key = str(uuid4())
    for _ in range(2):
        save(may_web, vera, points_change="5.00", points_reason="a broken jar", points_key=key)
    entry = PointsEntry.objects.get()
    assert (entry.amount, entry.reason, entry.by) == (Decimal("5.00"), "a broken jar", may)


@pytest.mark.parametrize("change", ["NaN", "Infinity", "1e400", "-1", "0.001", "x"])
def test_invalid_correction_changes_nothing(may_web: Client, vera: Member, change: str) -> None:
    save(may_web, vera, name="Somebody", points_change=change, points_reason="why not")
    assert Member.objects.get(pk=vera.pk).name == vera.name
    assert not PointsEntry.objects.exists()


def test_manager_resets_the_pin(may_web: Client, ana: User, vera: Member) -> None:
    save(may_web, vera, new_pin="739150")
    consents.give(vera.pk, "739150", by=ana)
    with pytest.raises(consents.WrongPin):
        consents.give(vera.pk, PIN, by=ana)


def test_manager_turns_vip_on_and_off(may_web: Client, olga: Member) -> None:
    for action in ["make_vip", "end_vip"]:
        may_web.post(LIST, {"action": action, "_selected_action": [olga.pk]})
    assert [change.to_vip for change in TierChange.objects.order_by("pk")] == [True, False]


def test_erasing_needs_the_number_typed_and_leaves_no_name(may_web: Client, may: User, vera: Member) -> None:
    points.adjust(vera.pk, Decimal("5.00"), by=may, reason="a gift")
    save(may_web, vera, name="Vera Vogt")
    save(may_web, vera, erase="yes")
    assert Member.objects.get(pk=vera.pk).erased_at is None
    save(may_web, vera, erase=vera.number)
    assert Member.objects.get(pk=vera.pk).erased_at
    assert {log.object_repr for log in LogEntry.objects.all()} == {vera.number}
    assert vera.number not in may_web.get(LIST).content.decode().split("messagelist")[-1].split("result_list")[-1]


def test_members_cannot_be_deleted_nor_the_ledger_rewritten(may_web: Client, may: User, vera: Member) -> None:
    points.adjust(vera.pk, Decimal("5.00"), by=may, reason="a gift")
    entry = PointsEntry.objects.get()
    assert may_web.post(f"{LIST}{vera.pk}/delete/", {"post": "yes"}).status_code == 403
    assert may_web.get("/admin/members/pointsentry/").status_code == 200
    assert may_web.post(f"/admin/members/pointsentry/{entry.pk}/change/", {"amount": "9"}).status_code == 403
    assert may_web.post(f"/admin/members/pointsentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
