"""Finds a member by card number, e-mail, phone or name."""

from django.db.models import Q
from django.db.models.functions import Reverse
from django.db.models.lookups import StartsWith

from members import numbers
from members.contact import LONGEST_EMAIL, PHONE, bare_phone
from members.models import Member
from pos.postgres.plans import for_their_values

AT_MOST, LONGEST_ASKED = 20, LONGEST_EMAIL
WORDS_READ = 6
COUNTRY_CODE_DIGITS = (1, 2, 3)


@for_their_values()
def find(text: str) -> list[Member]:
    """Active members that match, at most AT_MOST; a card number finds only its owner."""
    known = Member.objects.filter(is_active=True)
    if (number := numbers.read(text)) and (owner := with_number(number)):
        return [owner]
    return list(known.filter(matches(text)).order_by("name", "pk")[:AT_MOST])


def owner_of(card: str) -> Member | None:
    """The owner of a scanned card. The letter M is required, because digits alone may be a product's barcode."""
    number = numbers.read(card) if card.strip()[:1].upper() == "M" else None
    return with_number(number) if number else None


def with_number(number: str) -> Member | None:
    """The active member with this card, or with this one among the cards merged into it."""
    known = Member.objects.filter(is_active=True)
    return known.filter(number=number).first() or known.filter(doubles__number=number).first()


def is_card_of(text: str, found: list[Member]) -> bool:
    return len(found) == 1 and (number := numbers.read(text)) is not None and with_number(number) == found[0]


def matches(text: str) -> Q:
    """A filter for members that match. No character is a wildcard, and text longer than any field matches nothing."""
    tidy = " ".join(text.split())
    if not tidy or "\0" in tidy or len(tidy) > LONGEST_ASKED:
        return Q(pk__in=[])
    return _by_number(tidy) | Q(email__istartswith=tidy) | _by_phone(tidy) | _by_name(tidy)


def _by_number(text: str) -> Q:
    return Q(number=numbers.read(text) or text.upper())


def _by_phone(text: str) -> Q:
    """Matches with or without the country code, however it was stored; also by the last four or more digits."""
    phone = bare_phone(text)
    if not PHONE.fullmatch(phone):
        return Q()
    if phone.startswith("+"):
        at_home = ["0" + phone[1 + digits :] for digits in COUNTRY_CODE_DIGITS]
        return Q(phone__in=[phone, *at_home])
    return Q(phone=phone) | Q(StartsWith(Reverse("phone"), phone.lstrip("0")[::-1]))


def _by_name(text: str) -> Q:
    """Each word typed must begin a word of the name."""
    found = Q()
    for word in text.split()[:WORDS_READ]:
        found &= Q(name__istartswith=word) | Q(name__icontains=f" {word}") | Q(name__icontains=f"-{word}")
    return found
