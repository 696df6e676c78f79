"""The arithmetic of the journal: what happened in a shift becomes debits and credits that add up to nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pos.money import ZERO, rounded

Amounts = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: debit is positive, credit negative. `note` is why cash was moved by hand."""

    role: str
    detail: str
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    kind: str
    amount: Decimal
    reason: str


@dataclass(slots=True)
class Facts:
    """What the books say of one shift on one business day. Refunds are negative.

    `tenders` and `cards_paid` are by the tender's code, `kinds` says of which kind each is; `bases` and `taxes` are by
    rate. `moved` is the cash put into the drawer, or taken out, since its last count.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    tenders: Amounts = field(default_factory=dict)
    cards_paid: Amounts = field(default_factory=dict)
    bases: Amounts = field(default_factory=dict)
    taxes: Amounts = field(default_factory=dict)
    change: Decimal = ZERO
    rounding: Decimal = ZERO
    cards_sold: Decimal = ZERO
    points_spent: Decimal = ZERO
    points_earned: Decimal = ZERO
    cost: Decimal = ZERO
    damaged: Decimal = ZERO
    by_hand: list[ByHand] = field(default_factory=list)
    moved: Decimal = ZERO
    difference: Decimal = ZERO


def of_shift(facts: Facts) -> list[Posting]:
    """A balanced entry. An exchange's own tender carries value from a refund to a sale and comes to nothing."""
    return together([*of_bills(facts), *of_cards(facts), *of_drawer(facts), *of_goods(facts)])


def of_bills(facts: Facts) -> Iterator[Posting]:
    for tender, amount in facts.tenders.items():
        yield Posting(*account(tender, facts.kinds[tender]), amount)
    yield Posting("cash", "", -facts.change)
    yield Posting("points", "", facts.points_spent)
    for rate, base in facts.bases.items():
        yield Posting("revenue", rate, -base)
    for rate, tax in facts.taxes.items():
        yield Posting("tax", rate, -tax)
    yield Posting("gift_card", "", -facts.cards_sold)
    yield Posting("rounding", "", -facts.rounding)
    yield Posting("points_granted", "", facts.points_earned)
    yield Posting("points", "", -facts.points_earned)


def of_cards(facts: Facts) -> Iterator[Posting]:
    """Gift cards sold without a bill."""
    for tender, amount in facts.cards_paid.items():
        yield Posting(*account(tender, facts.kinds[tender]), amount)
        yield Posting("gift_card", "", -amount)


def of_drawer(facts: Facts) -> Iterator[Posting]:
    for movement in facts.by_hand:
        against = "safe" if movement.kind == "drop" else movement.kind
        yield Posting("cash", "", movement.amount)
        yield Posting(against, "", -movement.amount, movement.reason)
    yield Posting("cash", "", facts.moved)
    yield Posting("safe", "", -facts.moved)
    yield Posting("cash", "", facts.difference)
    yield Posting("over" if facts.difference > 0 else "short", "", -facts.difference)


def of_goods(facts: Facts) -> Iterator[Posting]:
    cost, damaged = rounded(facts.cost), rounded(facts.damaged)
    yield Posting("cost", "", cost)
    yield Posting("damaged", "", damaged)
    yield Posting("goods", "", -cost - damaged)


def of_corrections(cards: Amounts, points: Decimal) -> list[Posting]:
    """Balances a manager corrected, by the kind of the card, and points."""
    found = [Posting("points_granted", "", points), Posting("points", "", -points)]
    for kind, amount in cards.items():
        found += [Posting("cards_corrected", "", amount), Posting(kind, "", -amount)]
    return together(found)


def account(tender: str, kind: str) -> tuple[str, str]:
    """Where money in this tender goes: a role and its detail."""
    return (kind, "") if kind in ("cash", "gift_card", "store_credit", "exchange") else ("tender", tender)


def together(postings: Iterable[Posting]) -> list[Posting]:
    """One posting for each account, side and note, debits first; an account may have both sides, as cash taken and
    change do."""
    sums: dict[tuple[bool, str, str, str], Decimal] = {}
    for posting in postings:
        place = (posting.amount < 0, posting.role, posting.detail, posting.note)
        sums[place] = sums.get(place, ZERO) + posting.amount
    found = [Posting(role, detail, amount, note) for (_, role, detail, note), amount in sums.items() if amount]
    return sorted(found, key=lambda posting: posting.amount < 0)


def is_balanced(postings: Sequence[Posting]) -> bool:
    return sum((posting.amount for posting in postings), ZERO) == 0
