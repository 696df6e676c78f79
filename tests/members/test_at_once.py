"""Two requests at the same moment, on separate connections."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import User
from members import consents, points, registry, vip
from members.models import Consent, Member, PointsEntry, TierChange
from tests.at_once import outcomes_of
from tests.cast import PIN

pytestmark = pytest.mark.django_db(transaction=True)
FIVE = Decimal("5.00")


def test_seed_d30_guesses_at_once_are_counted_one_by_one(ana: User, vera: Member) -> None:
    outcomes = outcomes_of(*[lambda: consents.give(vera.pk, "000001", by=ana)] * 8)
    assert outcomes == ["pin_locked"] * 3 + ["wrong_pin"] * 5
    assert Member.objects.get(pk=vera.pk).pin_misses == 5


def test_one_consent_used_at_two_tills_works_at_one(ana: User, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)

    def claim(purpose: str) -> Callable[[], None]:
        return transaction.atomic(lambda: consents.use(token, member=vera.pk, purpose=purpose))

    assert outcomes_of(*[claim(f"sale {till}") for till in range(6)]) == ["consent_used"] * 5 + ["done"]
    assert Consent.objects.get().used_for.startswith("sale ")


def test_user_linked_to_four_cards_at_once_has_one(ana: User, may: User) -> None:
    cards = [registry.register("Ana", f"ana{n}@example.org", "739150", by=may).pk for n in range(4)]
    outcomes = outcomes_of(*[lambda card=card: registry.link_staff(card, ana, by=may) for card in cards])
    assert outcomes == ["done"] + ["in_use"] * 3
    assert Member.objects.filter(staff=ana).count() == 1


def test_seed_d36_one_email_registered_at_two_tills_is_one_member(ana: User) -> None:
    emails = ["nora@example.org", "Nora@Example.org"] * 2
    outcomes = outcomes_of(
        *[lambda email=email: registry.register("Nora", email, "739150", by=ana) for email in emails]
    )
    assert outcomes == ["done"] + ["in_use"] * 3
    assert Member.objects.count() == 1


def test_members_registered_at_once_have_numbers_of_their_own(ana: User) -> None:
    emails = [f"nora{till}@example.org" for till in range(6)]
    outcomes = outcomes_of(
        *[lambda email=email: registry.register("Nora", email, "739150", by=ana) for email in emails]
    )
    assert outcomes == ["done"] * 6


def test_adjustments_at_once_all_count(may: User, vera: Member) -> None:
    assert outcomes_of(*[lambda: points.adjust(vera.pk, FIVE, by=may, reason="a gift")] * 6) == ["done"] * 6
    assert Member.objects.get(pk=vera.pk).points == 6 * FIVE


def test_seed_d12_points_are_spent_once_at_two_tills(ana: User, may: User, vera: Member) -> None:
    points.adjust(vera.pk, FIVE, by=may, reason="a gift")

    def spend(till: int) -> Callable[[], None]:
        @transaction.atomic
        def deed() -> None:
            points.settle(points.lock(vera.pk), spent=FIVE, earned=Decimal(0), reference=f"bill R{till}-1", by=ana.pk)

        return deed

    assert outcomes_of(*[spend(till) for till in range(6)]) == ["done"] + ["not_enough_points"] * 5
    assert Member.objects.get(pk=vera.pk).points == 0
    assert sum(PointsEntry.objects.values_list("amount", flat=True)) == 0


def test_seed_d13_vip_change_never_overwrites_points(ana: User, may: User, olga: Member) -> None:
    @transaction.atomic
    def earn(bill: int) -> None:
        points.settle(points.lock(olga.pk), spent=Decimal(0), earned=FIVE, reference=f"bill R1-{bill}", by=ana.pk)

    turns = [lambda: vip.grant(olga.pk, by=may), lambda: vip.withdraw(olga.pk, by=may)] * 2
    assert outcomes_of(*turns, *[lambda bill=bill: earn(bill) for bill in range(4)]) == ["done"] * 8
    assert Member.objects.get(pk=olga.pk).points == 4 * FIVE
    assert TierChange.objects.filter(to_vip=True).count() - TierChange.objects.filter(to_vip=False).count() == int(
        Member.objects.get(pk=olga.pk).is_vip
    )


def test_becoming_vip_at_two_tills_is_one_change(may: User, olga: Member) -> None:
    assert outcomes_of(*[lambda: vip.grant(olga.pk, by=may)] * 6) == ["done"] * 6
    assert TierChange.objects.count() == 1


def test_erasing_while_points_are_earned_keeps_points_equal_to_the_ledger(ana: User, may: User, vera: Member) -> None:
    @transaction.atomic
    def earn() -> None:
        points.settle(points.lock(vera.pk), spent=Decimal(0), earned=FIVE, reference="bill R1-1", by=ana.pk)

    assert outcomes_of(earn, lambda: registry.erase(vera.pk, by=may)) in (
        ["done", "done"],
        ["done", "unknown_member"],
    )
    assert Member.objects.get(pk=vera.pk).points == sum(PointsEntry.objects.values_list("amount", flat=True)) == 0
