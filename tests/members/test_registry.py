import pytest
from stdnum import luhn

from accounts.models import AuditEntry, User
from members import consents, member_search, numbers, points, registry
from members.models import Consent, Member, PointsEntry
from pos.errors import InUse, Invalid, ManagersOnly
from tests.cast import PIN

pytestmark = pytest.mark.django_db


def test_cashier_registers_a_member(ana: User) -> None:
    nora = registry.register(" Nora  Nowak ", "Nora@example.org", "739150", "0171 / 234-56 78", by=ana)
    assert (nora.name, nora.email, nora.phone) == ("Nora Nowak", "Nora@example.org", "01712345678")
    assert (nora.points, nora.tier, nora.is_active) == (0, "regular", True)
    assert "739150" not in nora.pin
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (ana, "member.registered", nora.number)


def test_numbers_are_unique_and_end_in_a_check_digit() -> None:
    made = {numbers.written(count) for count in range(1, 2000)}
    assert len(made) == 1999
    assert all(number[0] == "M" and luhn.is_valid(number[1:]) for number in made)


@pytest.mark.parametrize("typed", ["{}", " {} ", "m{digits}", "{digits}", "{first} {last}", "{first}-{last}"])
def test_number_is_read_however_it_is_typed(typed: str) -> None:
    number = numbers.written(7)
    assert numbers.read(typed.format(number, digits=number[1:], first=number[:5], last=number[5:])) == number


def test_mistyped_number_is_not_a_number() -> None:
    number = numbers.written(7)
    assert numbers.read(number[:-1] + str((int(number[-1]) + 1) % 10)) is None


@pytest.mark.parametrize("pin", ["111111", "123456", "987654", "890123", "210987", "121212", "123123"])
def test_trivial_pin_is_refused(ana: User, pin: str) -> None:
    with pytest.raises(Invalid) as refusal:
        registry.register("Nora", "nora@example.org", pin, by=ana)
    assert (refusal.value.field, refusal.value.reason) == ("pin", "trivial")


@pytest.mark.parametrize("pin", ["", "73915", "7391500", "½½½½½½", "٧٣٩١٥٠", "７３９１５０", "739150\n", "73915a"])
def test_seed_d33_pin_is_six_ascii_digits_from_the_start(ana: User, pin: str) -> None:
    with pytest.raises(Invalid) as refusal:
        registry.register("Nora", "nora@example.org", pin, by=ana)
    assert refusal.value.field == "pin"
    assert not Member.objects.exists()


@pytest.mark.parametrize("email", ["a@x.com\n", "a@x.com\r\nbcc: b@x.com", "a", "a@", "@x.com", "a@x", "a@x.com\0"])
def test_seed_d35_broken_email_is_refused(ana: User, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        registry.register("Nora", email, "739150", by=ana)
    assert refusal.value.field == "email"


@pytest.mark.parametrize("email", ["a+b@x.com", "x@y.store", "o'neil@shop.photography", "a@bücher.example"])
def test_seed_d35_plus_signs_and_long_domains_are_accepted(ana: User, email: str) -> None:
    assert registry.register("Nora", email, "739150", by=ana).email == email


def test_seed_d35_email_is_taken_whatever_its_case(ana: User) -> None:
    registry.register("Nora", "a@x.com", "739150", by=ana)
    with pytest.raises(InUse):
        registry.register("Nils", "A@X.com", "739150", by=ana)
    assert Member.objects.count() == 1
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b", "a\nb"])
def test_name_is_one_line_of_a_hundred_letters(ana: User, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        registry.register(name, "nora@example.org", "739150", by=ana)
    assert refusal.value.field == "name"


@pytest.mark.parametrize("phone", ["123", "call me", "٠١٧١٢٣٤", "1" * 16, "+", "12+34567"])
def test_malformed_phone_is_refused(ana: User, phone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        registry.register("Nora", "nora@example.org", "739150", phone, by=ana)
    assert refusal.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", ""),
        ("0049 (0)171-234.5678", "+491712345678"),
        ("+49 171 2345678", "+491712345678"),
        ("030/1234", "0301234"),
    ],
)
def test_phone_is_stored_in_one_format(ana: User, typed: str, written: str) -> None:
    assert registry.register("Nora", "nora@example.org", "739150", typed, by=ana).phone == written


def test_edit_changes_what_is_given_and_nothing_else(ana: User, vera: Member) -> None:
    before = Member.objects.get(pk=vera.pk)
    after = registry.edit(vera.pk, by=ana, name="Vera Vogt")
    assert (after.name, after.email, after.points, after.is_vip) == (
        "Vera Vogt",
        before.email,
        before.points,
        before.is_vip,
    )
    assert after.updated_at > before.updated_at
    assert AuditEntry.objects.get().facts == {"fields": ["name"]}


def test_edit_that_changes_nothing_leaves_no_trace(ana: User, vera: Member) -> None:
    registry.edit(vera.pk, by=ana, name=vera.name, email=vera.email)
    assert not AuditEntry.objects.exists()


def test_email_of_another_member_cannot_be_taken_over(ana: User, vera: Member, olga: Member) -> None:
    with pytest.raises(InUse):
        registry.edit(olga.pk, by=ana, email=vera.email.upper())


def test_only_a_manager_switches_a_member_off_and_on(ana: User, may: User, vera: Member) -> None:
    with pytest.raises(ManagersOnly):
        registry.edit(vera.pk, by=ana, is_active=False)
    registry.edit(vera.pk, by=may, is_active=False)
    assert member_search.find(vera.name) == []
    registry.edit(vera.pk, by=may, is_active=True)
    assert member_search.find(vera.name) == [vera]


def test_seed_d39_member_changes_the_pin_on_the_old_one(ana: User, vera: Member) -> None:
    registry.change_pin(vera.pk, "739150", by=ana, consent=consents.give(vera.pk, PIN, by=ana))
    consents.give(vera.pk, "739150", by=ana)
    with pytest.raises(consents.WrongPin):
        consents.give(vera.pk, PIN, by=ana)


def test_seed_d39_new_pin_ends_every_open_consent(ana: User, may: User, vera: Member) -> None:
    token = consents.give(vera.pk, PIN, by=ana)
    registry.change_pin(vera.pk, "739150", by=may)
    with pytest.raises(consents.ConsentRequired):
        consents.use(token, member=vera.pk, purpose="sale 1")


def test_cashier_alone_cannot_change_a_pin(ana: User, vera: Member) -> None:
    with pytest.raises(consents.ConsentRequired):
        registry.change_pin(vera.pk, "739150", by=ana)


def test_manager_resets_a_locked_pin(ana: User, may: User, vera: Member) -> None:
    for _ in range(5):
        with pytest.raises(consents.WrongPin):
            consents.give(vera.pk, "000001", by=ana)
    registry.change_pin(vera.pk, "739150", by=may)
    consents.give(vera.pk, "739150", by=ana)


def test_seed_d21_erasing_removes_personal_data_and_keeps_the_books(ana: User, may: User, vera: Member) -> None:
    points.adjust(vera.pk, vera_points := points.quantum() * 1200, by=may, reason="a gift")
    consents.give(vera.pk, PIN, by=ana)
    registry.erase(vera.pk, by=may)
    gone = Member.objects.get(pk=vera.pk)
    assert (gone.name, gone.email, gone.phone, gone.pin, gone.points) == ("", "", "", "", 0)
    assert (gone.number, gone.is_active, gone.is_vip) == (vera.number, False, False)
    assert [entry.amount for entry in PointsEntry.objects.filter(member=vera).order_by("pk")] == [
        vera_points,
        -vera_points,
    ]
    assert not Consent.objects.exists()


def test_erased_member_cannot_be_found_or_used(ana: User, may: User, vera: Member) -> None:
    registry.erase(vera.pk, by=may)
    assert member_search.find(vera.number) == member_search.find(vera.email) == member_search.find("Vera") == []
    for use in [
        lambda: consents.give(vera.pk, PIN, by=ana),
        lambda: registry.edit(vera.pk, by=may, is_active=True),
        lambda: registry.change_pin(vera.pk, "739150", by=may),
        lambda: points.adjust(vera.pk, points.quantum(), by=may, reason="too late"),
    ]:
        with pytest.raises(points.UnknownMember):
            use()


def test_erasing_twice_erases_once(may: User, vera: Member) -> None:
    registry.erase(vera.pk, by=may)
    first = Member.objects.get(pk=vera.pk).erased_at
    registry.erase(vera.pk, by=may)
    assert Member.objects.get(pk=vera.pk).erased_at == first
    assert AuditEntry.objects.filter(action="member.erased").count() == 1


def test_cashier_cannot_erase(ana: User, vera: Member) -> None:
    with pytest.raises(ManagersOnly):
        registry.erase(vera.pk, by=ana)


def test_switched_off_member_can_still_be_erased(may: User, vera: Member) -> None:
    registry.edit(vera.pk, by=may, is_active=False)
    registry.erase(vera.pk, by=may)
    assert Member.objects.get(pk=vera.pk).erased_at


def test_email_of_an_erased_member_is_free_again(ana: User, may: User, vera: Member) -> None:
    registry.erase(vera.pk, by=may)
    registry.register("Vera again", vera.email, "739150", by=ana)
