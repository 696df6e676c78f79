"""The points ledger: an entry and the member's balance are always written together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Permission, User
from members.models import Member, PointsEntry, PointsKind
from pos.checks import check_text
from pos.errors import Invalid, ManagersOnly, Refused
from pos.money import MOST_MONEY, ZERO, quantum, text
from pos.postgres.rows import array, later, rows
from pos.templatetags.money import points as points_shown


class UnknownMember(Refused):
    code = "unknown_member"
    message = _("The shop does not know this member.")


class OwnCard(Refused):
    code = "own_card"
    message = _("This is your own card: let somebody else ring it up.")


class NotEnoughPoints(Refused):
    code = "not_enough_points"
    message = _("The member does not have that many points.")


@dataclass(frozen=True, slots=True)
class Account:
    """The fields of a member that a sale needs."""

    id: int
    is_vip: bool
    points: Decimal
    is_active: bool
    is_erased: bool = False
    staff: int | None = None
    merged_into: int | None = None


LONGEST_REASON = 200
READ = (
    "SELECT id, is_vip AND (vip_until IS NULL OR vip_until > shop_now()), points, is_active, erased_at IS NOT NULL, "
    "staff_id, merged_into_id FROM members_member WHERE id = %s"
)


def account(row: Member) -> Account:
    """The account of a member who has just been read."""
    state = (row.points, row.is_active, row.erased_at is not None)
    return Account(row.pk, row.is_vip_now, *state, row.staff_id, row.merged_into_id)


def look(member: int) -> Account | None:
    return _account(READ, member)


def lock(member: int, *, even_inactive: bool = False) -> Account:
    """Loads the member and locks the row until the transaction ends. Refuses unknown members, and inactive ones unless
    `even_inactive`."""
    account = _account(f"{READ} FOR NO KEY UPDATE", member)
    if account is None or not (account.is_active or even_inactive):
        raise UnknownMember(member=member)
    return account


def _account(sql: str, member: int) -> Account | None:
    found = rows(sql, [member])
    return Account(*found[0]) if found else None


def refuse_own(staff: int | None, by: int) -> None:
    """Refuses members who ring up their own sale: staff may not earn or spend points on sales they ring up."""
    if staff is not None and staff == by:
        raise OwnCard()


def refuse_favour(accounts: Iterable[Account], by: User) -> None:
    """Refuses people who are no managers and would look after their own card."""
    if not by.is_manager and any(account.staff == by.pk for account in accounts):
        raise OwnCard(_("This is your own card: let somebody else do this."))


def settle(account: Account, *, spent: Decimal, earned: Decimal, reference: str, by: int) -> None:
    """Writes the points a sale spent and earned, in one statement. The account must be locked."""
    if spent > account.points:
        raise NotEnoughPoints(points=text(account.points))
    _write(account, {PointsKind.SPENT: -spent, PointsKind.EARNED: earned}, reference, by)


def give_back(account: Account, *, returned: Decimal, taken_back: Decimal, reference: str, by: int) -> None:
    """Reverses a sale's points for a refund. If they were spent meanwhile the balance goes below zero: points earned
    next make up for it, and none can be spent until then. An erased member's balance stays at zero; that of a double
    moves on to the card it was merged into. The account must be locked."""
    amounts = {PointsKind.RETURNED: returned, PointsKind.TAKEN_BACK: -taken_back}
    if account.merged_into is not None:
        amounts[PointsKind.MOVED] = taken_back - returned
        other = lock(account.merged_into, even_inactive=True)
        gone = taken_back - returned if other.is_erased else ZERO
        _write(other, {PointsKind.MOVED: returned - taken_back, PointsKind.ADJUSTED: gone}, reference, by)
    elif account.is_erased:
        amounts[PointsKind.ADJUSTED] = taken_back - returned
    _write(account, amounts, reference, by)


def move(double: Account, to: Account, *, by: int) -> None:
    """Moves all points of a double, below zero too, to the card that stays. Both accounts must be locked."""
    reference = f"merge {double.id}"
    _write(double, {PointsKind.MOVED: -double.points}, reference, by)
    _write(to, {PointsKind.MOVED: double.points}, reference, by)


WRITE = """
    WITH balance AS (
        UPDATE members_member SET points = points + %s, updated_at = shop_now() WHERE id = %s
    )
    INSERT INTO members_pointsentry (member_id, kind, amount, reference, by_id)
    SELECT %s, kind, amount, %s, %s
      FROM unnest(%s::text[], %s::numeric[]) AS e (kind, amount)
     WHERE amount <> 0
    RETURNING id
"""


def _write(account: Account, amounts: Mapping[PointsKind, Decimal], reference: str, by: int) -> None:
    """Writes the entries that are not zero, and the balance, in one statement."""
    kinds = [kind.value for kind in amounts]
    moved = sum(amounts.values())
    later(WRITE, [moved, account.id, account.id, reference, by, kinds, array(amounts.values())])


@transaction.atomic
def adjust(member: int, amount: Decimal, *, by: User, reason: str, key: UUID | None = None) -> PointsEntry:
    """A correction, positive or negative; needs the permission for members. Repeating a key makes one correction."""
    if not by.may(Permission.MEMBERS):
        raise ManagersOnly
    reason = _tidy(reason)
    if not amount.is_finite() or not amount or abs(amount) > MOST_MONEY or amount % quantum():
        raise Invalid(
            "amount", _("Points move in steps of %(step)s, by more than nothing.") % {"step": points_shown(quantum())}
        )
    reference = f"adjustment {key or uuid4()}"
    account = lock(member)
    refuse_favour([account], by)
    corrections = PointsEntry.objects.filter(member=member, reference=reference, kind=PointsKind.ADJUSTED)
    if before := corrections.first():
        return before
    if account.points + amount < 0:
        raise NotEnoughPoints(points=text(account.points))
    if account.points + amount > MOST_MONEY:
        raise Invalid("amount", _("Nobody can have more than %(most)s points.") % {"most": points_shown(MOST_MONEY)})
    _correct(account, amount, reference, reason, by.pk)
    return corrections.get()


def write_off(account: Account, *, by: int) -> None:
    """Sets the balance to zero when a member is erased. The account must be locked."""
    _correct(account, -account.points, "erased", "", by)


def _tidy(reason: str) -> str:
    tidy = " ".join(reason.split())
    needed = _("A correction needs a reason of at most %(longest)s characters.")
    check_text("reason", tidy, LONGEST_REASON, shortest=1, message=needed, code="invalid")
    return tidy


def _correct(account: Account, amount: Decimal, reference: str, reason: str, by: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH balance AS (
                UPDATE members_member SET points = points + %s, updated_at = shop_now() WHERE id = %s
            )
            INSERT INTO members_pointsentry (member_id, kind, amount, reference, reason, by_id)
            VALUES (%s, 'adjusted', %s, %s, %s, %s)
            """,
            [amount, account.id, account.id, amount, reference, reason, by],
        )
