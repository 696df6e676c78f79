"""Undoes an import of members, as long as nobody used what it made.

Changed members get their old details back. New ones are deleted; one who brought points keeps the ledger: the points
are taken out again, and the card is blank and switched off.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from members.lists.import_sql import ask, each
from pos.db_retry import sqlstate
from pos.errors import InUse
from pos.postgres.silence import unlimited

STILL_NEEDED = "23503"
MINE = "SELECT row_id AS id, is_new, before FROM pos_importedrow WHERE run = %(run)s AND what = 'member'"
HOLD = f"SELECT m.id FROM members_member m JOIN ({MINE}) r USING (id) ORDER BY m.id FOR NO KEY UPDATE OF m"
LEDGER = "SELECT FROM members_pointsentry e WHERE e.member_id = m.id"
USED = f"""
    SELECT count(*), min(m.number)
      FROM ({MINE}) r LEFT JOIN members_member m USING (id)
     WHERE m.id IS NULL OR m.erased_at IS NOT NULL
        OR CASE WHEN r.is_new THEN m.pin <> '' OR m.is_vip OR EXISTS ({LEDGER} AND e.reference <> 'import')
                ELSE jsonb_build_array(m.name, m.email, m.phone) <> r.before->'now' END
"""
PUT_BACK = f"""
    UPDATE members_member m
       SET name = r.before->>'name', email = r.before->>'email', phone = r.before->>'phone', updated_at = shop_now()
      FROM ({MINE}) r WHERE m.id = r.id AND NOT r.is_new
"""
DELETE = f"DELETE FROM members_member m USING ({MINE}) r WHERE m.id = r.id AND r.is_new AND NOT EXISTS ({LEDGER})"
EMPTY = f"""
    WITH emptied AS (
        UPDATE members_member m
           SET points = 0, is_active = false, name = '', email = '', phone = '', erased_at = shop_now(),
               updated_at = shop_now()
          FROM ({MINE}) r JOIN members_member o USING (id)
         WHERE m.id = r.id AND r.is_new
        RETURNING m.id, o.points
    )
    INSERT INTO members_pointsentry (member_id, kind, amount, reference, reason, by_id)
    SELECT id, 'adjusted', -points, 'import undone', '', %(by)s FROM emptied
"""
DONE = "UPDATE pos_importedrow SET is_undone = true WHERE run = %(run)s AND what = 'member'"


@transaction.atomic
def undo(run: int, *, by: User) -> None:
    """Refuses as a whole if one member was used since."""
    values = {"run": run, "by": by.pk}
    with unlimited():
        each("SET LOCAL lock_timeout = '30s'; ANALYZE pos_importedrow")
        ask(HOLD, values)
        count, first = ask(USED, values)[0]
        if count:
            words = _(
                "%(count)s of these members were changed or bought since, %(number)s among them. Nothing is undone."
            )
            raise InUse(words % {"count": count, "number": first or "?"}, rows=count)
        _take_back(values)
        ask(DONE, values)


def _take_back(values: dict[str, int]) -> None:
    try:
        with transaction.atomic():
            for step in (PUT_BACK, DELETE, EMPTY):
                ask(step, values)
            each("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        if sqlstate(error) != STILL_NEEDED:
            raise
        raise InUse(_("One of these members has bought something since. Nothing is undone.")) from None
