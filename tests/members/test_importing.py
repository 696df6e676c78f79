"""Importing members from a list, and undoing it."""

from decimal import Decimal as D

import pytest

from accounts.models import User
from billing.models import Shift
from inventory.models import Product
from members import points
from members.lists import import_undo, importing
from members.models import Member
from pos.errors import InUse
from pos.imports import Report, Task
from tests import cast
from tests.counter import sell
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
MIA = {"name": "Mia Moor", "email": "mia@example.org", "phone": "0171 234 56 78", "points": "12.5"}


def take_in(may: User, *rows: dict[str, str], run: int = 7, is_dry: bool = False) -> Report:
    return importing.take_in(enumerate(rows, start=2), Task(may, "members.csv", run=run, is_dry=is_dry))


def test_new_members_get_a_card_and_bring_their_points(may: User) -> None:
    report = take_in(may, MIA, {"name": "Nils Ohm", "phone": "040/123456"})
    assert (report.created, report.changed, report.refused) == (2, 0, 0)
    mia = Member.objects.get(email="mia@example.org")
    assert (mia.name, mia.phone, mia.points, mia.pin, mia.is_active) == (
        "Mia Moor",
        "01712345678",
        D("12.50"),
        "",
        True,
    )
    assert mia.number.startswith("M")
    assert_books_are_right()


def test_a_second_run_changes_nothing_and_brings_no_points(may: User) -> None:
    take_in(may, MIA)
    report = take_in(may, MIA, run=8)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 1)
    assert Member.objects.get().points == D("12.50")


def test_existing_member_is_changed_and_restored_by_undoing(may: User, vera: Member) -> None:
    take_in(may, {"number": vera.number, "email": "new@example.org"}, {"email": "VERA2@example.org", "name": "V"})
    vera.refresh_from_db()
    assert (vera.email, vera.name) == ("new@example.org", "Vera Vogel")
    import_undo.undo(7, by=may)
    assert Member.objects.get().email == "vera@example.org"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"name": "Mia"}, "email"),
        ({"name": "Mia", "email": "no address"}, "email"),
        ({"name": "Mia", "email": "mia@example.org", "phone": "call me"}, "phone"),
        ({"name": "Mia", "email": "mia@example.org", "points": "NaN"}, "points"),
        ({"name": "Mia", "email": "mia@example.org", "points": "1.005"}, "points"),
        ({"name": "Mia", "email": "mia@example.org", "points": "-1"}, "points"),
        ({"name": "Mi\0a", "email": "mia@example.org"}, "name"),
        ({"email": "mia@example.org"}, "name"),
        ({"number": "4711", "name": "Mia"}, "number"),
    ],
)
def test_bad_row_is_named_and_no_member_is_saved(may: User, row: dict[str, str], column: str) -> None:
    report = take_in(may, MIA | {"email": "good@example.org", "phone": ""}, row)
    assert [(note.row, note.field) for note in report.errors] == [(3, column)]
    assert not Member.objects.exists()


def test_one_person_in_two_rows_is_refused(may: User) -> None:
    report = take_in(may, MIA, {"name": "Mia", "email": "MIA@example.org"})
    assert {note.row for note in report.errors} == {3}


def test_e_mail_address_of_another_member_is_refused(may: User, vera: Member, olga: Member) -> None:
    report = take_in(may, {"number": vera.number, "email": olga.email})
    assert [str(note) for note in report.errors] == [f"row 2, email: Another member already has {olga.email}."]


def test_undoing_removes_new_members_and_their_points(may: User) -> None:
    take_in(may, MIA, {"name": "Nils Ohm", "phone": "040/123456"})
    import_undo.undo(7, by=may)
    left = Member.objects.get()
    assert (left.name, left.points, left.is_active) == ("", 0, False)
    assert_books_are_right()
    assert take_in(may, MIA, run=8).created == 1


def test_import_cannot_be_undone_once_a_member_has_new_points(may: User) -> None:
    take_in(may, MIA)
    points.adjust(Member.objects.get().pk, D(5), by=may, reason="a gift")
    with pytest.raises(InUse, match="Nothing is undone"):
        import_undo.undo(7, by=may)


def test_import_cannot_be_undone_once_a_member_has_bought(may: User, ana: User, shift: Shift, tea: Product) -> None:
    take_in(may, {"name": "Nils Ohm", "phone": "040/123456"})
    sell((tea, "1"), by=ana, cash="12.50", member=Member.objects.get().pk)
    with pytest.raises(InUse):
        import_undo.undo(7, by=may)


def test_points_of_a_list_are_credited_once(may: User) -> None:
    cast.MemberFactory.create(name="Mia", email="mia@example.org")
    assert take_in(may, MIA).changed == 1
    assert Member.objects.get().points == 0
