from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from members import consents, points
from members.models import Consent, Member
from tests.cast import PIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> time_machine.Traveller:
    with time_machine.travel(datetime.fromisoformat("2026-03-02T10:00:00+00:00"), tick=False) as traveller:
        yield traveller


def guess_wrong(member: Member, by: User, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(consents.WrongPin):
            consents.give(member.pk, "000001", by=by)


def test_right_pin_gives_a_consent_kept_only_as_a_digest(ana: User, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    consent = Consent.objects.get()
    assert (consent.member, consent.by, consent.used_at) == (vera, ana, None)
    assert token.encode() not in bytes(consent.digest)


def test_consent_serves_one_purpose_again_and_again(ana: User, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    consents.use(token, member=vera.pk, purpose="sale 1")
    consents.use(token, member=vera.pk, purpose="sale 1")
    consents.require(vera.pk, "sale 1")


def test_seed_d29_consent_is_good_for_one_purpose_only(ana: User, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    consents.use(token, member=vera.pk, purpose="sale 1")
    with pytest.raises(consents.ConsentUsed):
        consents.use(token, member=vera.pk, purpose="sale 2")
    with pytest.raises(consents.ConsentRequired):
        consents.require(vera.pk, "sale 2")


def test_seed_d26_consent_of_another_member_is_refused(ana: User, vera: Member, olga: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    with pytest.raises(consents.ConsentRequired):
        consents.use(token, member=olga.pk, purpose="sale 1")
    consents.use(token, member=vera.pk, purpose="sale 1")
    with pytest.raises(consents.ConsentRequired):
        consents.require(olga.pk, "sale 1")


@pytest.mark.parametrize("token", ["", "nonsense", "\x00", "\ud800", "x" * 10_000])
def test_unknown_consent_is_refused(vera: Member, token: str) -> None:
    with pytest.raises(consents.ConsentRequired):
        consents.use(token, member=vera.pk, purpose="sale 1")


def test_consent_ends_after_five_minutes(ana: User, vera: Member, clock: time_machine.Traveller) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    clock.shift(timedelta(minutes=5))
    with pytest.raises(consents.ConsentRequired):
        consents.use(token, member=vera.pk, purpose="sale 1")


def test_claimed_consent_holds_for_twelve_hours(ana: User, vera: Member, clock: time_machine.Traveller) -> None:
    consents.use(consents.give(vera.pk, PIN, by=ana), member=vera.pk, purpose="sale 1")
    clock.shift(timedelta(hours=11))
    consents.require(vera.pk, "sale 1")
    clock.shift(timedelta(hours=1))
    with pytest.raises(consents.ConsentRequired):
        consents.require(vera.pk, "sale 1")


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "1234567", "½½½½½½", "٤٨٢٩١٧", "４８２９１７", "482917\n", " 482917", "\x00", "\ud800"],
)
def test_seed_d33_only_six_ascii_digits_are_a_pin(ana: User, vera: Member, pin: str) -> None:
    with pytest.raises(consents.WrongPin):
        consents.give(vera.pk, pin, by=ana)
    vera.refresh_from_db()
    assert vera.pin_misses == 1


def test_seed_d30_five_wrong_pins_lock_the_pin_for_longer_each_time(
    ana: User, vera: Member, clock: time_machine.Traveller
) -> None:
    guess_wrong(vera, ana, 5)
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60]:
        with pytest.raises(consents.PinLocked) as refusal:
            consents.give(vera.pk, PIN, by=ana)
        assert refusal.value.facts == {"retry_after": minutes * 60}
        clock.shift(timedelta(minutes=minutes))
        guess_wrong(vera, ana)


def test_right_pin_resets_the_count_of_wrong_ones(ana: User, vera: Member, clock: time_machine.Traveller) -> None:
    guess_wrong(vera, ana, 5)
    clock.shift(timedelta(minutes=1))
    consents.give(vera.pk, PIN, by=ana)
    vera.refresh_from_db()
    assert (vera.pin_misses, vera.pin_locked_until) == (0, None)


def test_guess_at_a_locked_pin_is_not_counted(ana: User, vera: Member) -> None:
    Member.objects.filter(pk=vera.pk).update(pin_misses=5, pin_locked_until=timezone.now() + timedelta(minutes=1))
    with pytest.raises(consents.PinLocked):
        consents.give(vera.pk, "000001", by=ana)
    vera.refresh_from_db()
    assert vera.pin_misses == 5


def test_unknown_and_switched_off_members_give_no_consent(ana: User, vera: Member) -> None:
    Member.objects.filter(pk=vera.pk).update(is_active=False)
    for member in [vera.pk, 0, 2**62]:
        with pytest.raises(points.UnknownMember):
            consents.give(member, PIN, by=ana)
