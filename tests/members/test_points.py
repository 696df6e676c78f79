from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import User
from members import points
from members.models import Member, PointsEntry
from pos import clock
from pos.errors import Invalid, ManagersOnly
from tests.cast import MemberFactory

pytestmark = pytest.mark.django_db
FIVE = Decimal("5.00")


def balance(member: Member) -> Decimal:
    return Member.objects.get(pk=member.pk).points


def test_manager_adjusts_points_and_says_why(may: User, vera: Member) -> None:
    points.adjust(vera.pk, FIVE, by=may, reason=" a broken  jar ")
    entry = PointsEntry.objects.get()
    assert (entry.kind, entry.amount, entry.reason, entry.by) == ("adjusted", FIVE, "a broken jar", may)
    assert balance(vera) == FIVE


def test_cashier_cannot_adjust_points(ana: User, vera: Member) -> None:
    with pytest.raises(ManagersOnly):
        points.adjust(vera.pk, FIVE, by=ana, reason="a gift")


@pytest.mark.parametrize("amount", ["0", "-0", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "0.001", "1000000000"])
def test_impossible_amounts_are_refused(may: User, vera: Member, amount: str) -> None:
    with pytest.raises(Invalid) as refusal:
        points.adjust(vera.pk, Decimal(amount), by=may, reason="a gift")
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\0b"])
def test_adjustment_needs_a_reason(may: User, vera: Member, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        points.adjust(vera.pk, FIVE, by=may, reason=reason)
    assert refusal.value.field == "reason"


def test_balance_never_goes_below_zero(may: User, vera: Member) -> None:
    points.adjust(vera.pk, FIVE, by=may, reason="a gift")
    with pytest.raises(points.NotEnoughPoints) as refusal:
        points.adjust(vera.pk, Decimal("-5.01"), by=may, reason="taken back")
    assert refusal.value.facts == {"points": "5.00"}
    assert balance(vera) == FIVE


def test_balance_never_exceeds_its_column(may: User, vera: Member) -> None:
    points.adjust(vera.pk, Decimal(999_999_999), by=may, reason="a gift")
    with pytest.raises(Invalid):
        points.adjust(vera.pk, FIVE, by=may, reason="a gift")


def test_same_adjustment_sent_twice_counts_once(may: User, vera: Member) -> None:
    key = uuid4()
    for _ in range(2):
        points.adjust(vera.pk, FIVE, by=may, reason="a gift", key=key)
    assert balance(vera) == FIVE
    assert PointsEntry.objects.count() == 1


def test_seed_d02_balance_is_never_nan(vera: Member) -> None:
    for nonsense in ["NaN", "Infinity", "-1e10"]:
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute("UPDATE members_member SET points = %s::text::numeric", [nonsense])


def test_settling_spends_and_earns_in_one_go(ana: User, may: User, vera: Member) -> None:
    points.adjust(vera.pk, FIVE, by=may, reason="a gift")
    points.settle(points.lock(vera.pk), spent=Decimal(3), earned=Decimal(1), reference="bill R1-1", by=ana.pk)
    assert balance(vera) == Decimal(3)
    assert set(PointsEntry.objects.filter(reference="bill R1-1").values_list("kind", "amount")) == {
        ("spent", Decimal(-3)),
        ("earned", Decimal(1)),
    }


def test_points_beyond_the_balance_cannot_be_spent(ana: User, vera: Member) -> None:
    with pytest.raises(points.NotEnoughPoints):
        points.settle(points.lock(vera.pk), spent=FIVE, earned=Decimal(0), reference="bill R1-1", by=ana.pk)


def test_entries_cannot_be_rewritten(may: User, vera: Member) -> None:
    points.adjust(vera.pk, FIVE, by=may, reason="a gift")
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsEntry.objects.update(amount=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsEntry.objects.all().delete()


@pytest.mark.parametrize("days", [None, -1, 1])
def test_account_from_a_member_equals_the_one_read_by_sql(days: int | None) -> None:
    until = None if days is None else clock.now() + timedelta(days)
    member = MemberFactory.create(is_vip=True, vip_until=until, points=Decimal("3.00"))
    assert points.account(member) == points.look(member.pk)
    assert points.account(member).is_vip == (days != -1)
