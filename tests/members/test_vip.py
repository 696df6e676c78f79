import pytest

from accounts.models import User
from members import consents, points, vip
from members.models import Member, TierChange
from tests.cast import PIN

pytestmark = pytest.mark.django_db


def test_seed_d40_manager_grants_vip_and_it_is_recorded(may: User, olga: Member) -> None:
    assert vip.grant(olga.pk, by=may).is_vip
    change = TierChange.objects.get()
    assert (change.member, change.to_vip, change.by, change.by_consent) == (olga, True, may, False)


def test_seed_d40_cashier_alone_cannot_grant_vip(ana: User, olga: Member) -> None:
    with pytest.raises(consents.ConsentRequired):
        vip.grant(olga.pk, by=ana)
    assert not Member.objects.get(pk=olga.pk).is_vip
    assert not TierChange.objects.exists()


def test_cashier_grants_vip_with_the_members_pin(ana: User, olga: Member) -> None:
    vip.grant(olga.pk, by=ana, consent=consents.give(olga.pk, PIN, by=ana))
    assert TierChange.objects.get().by_consent


def test_seed_d27_consent_of_another_member_grants_nothing(ana: User, olga: Member, vera: Member) -> None:
    with pytest.raises(consents.ConsentRequired):
        vip.grant(olga.pk, by=ana, consent=consents.give(vera.pk, PIN, by=ana))


def test_vip_granted_twice_is_granted_once(may: User, olga: Member) -> None:
    vip.grant(olga.pk, by=may)
    vip.grant(olga.pk, by=may)
    assert TierChange.objects.count() == 1


def test_granting_to_a_vip_uses_up_no_consent(ana: User, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    vip.grant(vera.pk, by=ana, consent=token)
    vip.withdraw(vera.pk, by=ana, consent=token)
    assert not Member.objects.get(pk=vera.pk).is_vip


def test_seed_d29_consent_to_become_vip_cannot_be_replayed(ana: User, may: User, olga: Member) -> None:
    token = consents.give(olga.pk, PIN, by=ana)
    vip.grant(olga.pk, by=ana, consent=token)
    vip.withdraw(olga.pk, by=may)
    with pytest.raises(consents.ConsentUsed):
        vip.grant(olga.pk, by=ana, consent=token)


def test_points_stay_when_vip_begins_and_ends(may: User, olga: Member) -> None:
    points.adjust(olga.pk, points.quantum() * 500, by=may, reason="a gift")
    vip.grant(olga.pk, by=may)
    assert vip.withdraw(olga.pk, by=may).points == points.quantum() * 500


def test_unknown_member_is_refused(may: User) -> None:
    with pytest.raises(points.UnknownMember):
        vip.grant(0, by=may)
