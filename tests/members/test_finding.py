import pytest
from django.db import connection
from django.test import Client

from members import member_search, numbers
from members.models import Member

pytestmark = pytest.mark.django_db


def member(count: int, name: str, email: str = "", phone: str = "") -> Member:
    return Member.objects.create(number=numbers.written(count), name=name, email=email, phone=phone)


@pytest.fixture
def nora() -> Member:
    return member(1, "Nora-Lea von Nowak", "Nora+shop@Example.org", "+491712345678")


@pytest.fixture
def nils() -> Member:
    return member(2, "Nils 100% O'Brien_(jr)", "nils@example.org", "0301234567")


def test_scanned_card_finds_only_its_owner(nora: Member, nils: Member) -> None:
    assert member_search.find(nora.number) == member_search.find(nora.number[1:]) == [nora]
    assert member_search.find(f" {nora.number.lower()} ") == [nora]


@pytest.mark.parametrize("typed", ["nora+shop@example.org", "NORA+SHOP@EXAMPLE.ORG", "nora+s"])
def test_found_by_email_whatever_its_case(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == [nora]


@pytest.mark.parametrize(
    "typed",
    [
        "+49 171 2345678",
        "0049 171/234-5678",
        "0171 2345678",
        "(0171) 234 56 78",
        "+49 (0)171 2345678",
        "5678",
    ],
)
def test_found_by_phone_however_typed(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == [nora]


@pytest.mark.parametrize("typed", ["030 1234567", "+49 30 1234567", "0049301234567", "1234567"])
def test_found_by_a_phone_stored_without_its_country_code(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == [nils]


@pytest.mark.parametrize("typed", ["nora", "NOW", "von nor", "lea", "  nowak   nora "])
def test_found_by_whole_words_and_their_first_letters(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == [nora]


@pytest.mark.parametrize("typed", ["owak", "nora nils", "nora x"])
def test_not_found_by_the_middle_of_a_word_or_a_wrong_word(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == []


@pytest.mark.parametrize(
    "typed", ["%", "_", "\\", ".*", "(", "'", "\0", "nils\0", "x" * 10_000, "1" * 10_000, "", "  "]
)
def test_seed_d45_special_characters_mean_themselves(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == []


@pytest.mark.parametrize("typed", ["100%", "o'brien_(j", "O'Brien_"])
def test_special_characters_of_a_name_find_it(nora: Member, nils: Member, typed: str) -> None:
    assert member_search.find(typed) == [nils]


def test_switched_off_member_is_not_found(nora: Member) -> None:
    Member.objects.update(is_active=False)
    assert member_search.find(nora.number) == member_search.find(nora.email) == member_search.find("nora") == []


def test_no_more_than_a_screenful_is_found() -> None:
    for count in range(25):
        member(count, f"Nina {count}")
    assert len(member_search.find("nina")) == member_search.AT_MOST


@pytest.mark.parametrize("typed", ["nora nowak", "nora@example.org", "01712345678", "M12345674"])
def test_search_uses_an_index(nora: Member, typed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Member.objects.filter(is_active=True).filter(member_search.matches(typed)).explain()
    assert "Seq Scan" not in plan


def test_search_is_planned_for_what_is_typed_however_often_it_is_asked(nora: Member, may_api: Client) -> None:
    """A plan for all texts reads every member, as it knows of no index for some."""
    for _time in range(12):
        assert member_search.find("Nora") == [nora]
        assert len(may_api.get("/api/v1/members", {"search": "Nora"}).json()["results"]) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%members_member%LIKE%'")
        assert cursor.fetchone() == (0,)
