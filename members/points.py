"""The points ledger: the entry and the member's balance are always written together."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from pos.errors import Refused


class UnknownMember(Refused):
    code = "unknown_member"
    message = "The shop does not know this member."


class NotEnoughPoints(Refused):
    code = "not_enough_points"
    message = "The member does not have that many points."


@dataclass(frozen=True, slots=True)
class Account:
    """A member as the counter needs it."""

    id: int
    is_vip: bool
    points: Decimal
    is_active: bool


READ = "SELECT id, is_vip, points, is_active FROM members_member WHERE id = %s"


def look(member: int) -> Account | None:
    return _account(READ, member)


def lock(member: int, *, even_inactive: bool = False) -> Account:
    """The member's account, held until the transaction ends. Refuses unknown and (mostly) inactive members."""
    account = _account(f"{READ} FOR NO KEY UPDATE", member)
    if account is None or not (account.is_active or even_inactive):
        raise UnknownMember(member=member)
    return account


def _account(sql: str, member: int) -> Account | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [member])
        row = cursor.fetchone()
    return Account(*row) if row else None


def settle(account: Account, *, spent: Decimal, earned: Decimal, reference: str, by: int) -> None:
    """Write what a sale took and gave, in one statement. The account must be locked."""
    if spent > account.points:
        raise NotEnoughPoints(points=account.points)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH balance AS (
                UPDATE members_member SET points = points - %s + %s, updated_at = statement_timestamp() WHERE id = %s
            )
            INSERT INTO members_pointsentry (member_id, kind, amount, reference, by_id)
            SELECT %s, kind, amount, %s, %s
              FROM unnest(%s::text[], %s::numeric[]) AS e (kind, amount)
             WHERE amount <> 0
            """,
            [spent, earned, account.id, account.id, reference, by, ["spent", "earned"], [-spent, earned]],
        )
