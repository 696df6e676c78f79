"""The SQL of an import of members. Each statement works on all rows at once."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

COPY = "COPY incoming_member (row, number, name, email, phone, points) FROM STDIN"
PREPARE = """
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '30s';
    SET LOCAL work_mem = '64MB';
    CREATE TEMPORARY TABLE incoming_member (
        row integer, number text, name text, email text, phone text, points numeric, member_id bigint, is_new boolean
    ) ON COMMIT DROP;
"""
MATCH = """
    ANALYZE incoming_member;
    UPDATE incoming_member i SET member_id = m.id FROM members_member m WHERE m.number = i.number;
    UPDATE incoming_member i SET member_id = m.id FROM members_member m
     WHERE i.number IS NULL AND lower(m.email) = lower(i.email) AND m.email <> '';
    UPDATE incoming_member i SET member_id = m.id
      FROM (SELECT phone, min(id) AS id FROM members_member WHERE phone <> '' AND is_active GROUP BY phone) m
     WHERE i.number IS NULL AND i.email IS NULL AND m.phone = i.phone;
    UPDATE incoming_member SET is_new = member_id IS NULL AND number IS NULL;
    ANALYZE incoming_member;
"""
BAD = """
    SELECT row, 'number', 'no_card', number FROM incoming_member WHERE member_id IS NULL AND number IS NOT NULL
    UNION ALL
    SELECT row, 'name', 'no_name', '' FROM incoming_member WHERE is_new AND name IS NULL
    UNION ALL
    SELECT row, 'email', 'taken', email FROM incoming_member i
     WHERE EXISTS (SELECT FROM members_member m
                    WHERE lower(m.email) = lower(i.email) AND m.id IS DISTINCT FROM i.member_id)
    UNION ALL
    SELECT row, '', 'twice', first::text
      FROM (SELECT row, min(row) OVER (PARTITION BY coalesce(member_id::text, lower(email), phone)) AS first
              FROM incoming_member) k WHERE row > first
    UNION ALL
    SELECT row, 'email', 'twice', first::text
      FROM (SELECT row, min(row) OVER (PARTITION BY lower(email)) AS first
              FROM incoming_member WHERE email IS NOT NULL) k WHERE row > first
    UNION ALL
    SELECT i.row, '', 'erased', m.number FROM incoming_member i JOIN members_member m ON m.id = i.member_id
     WHERE m.erased_at IS NOT NULL
     ORDER BY 1, 2, 3
"""
HOLD = """
    SELECT m.id FROM members_member m JOIN incoming_member i ON i.member_id = m.id ORDER BY m.id FOR NO KEY UPDATE OF m
"""
DIFFERS = """
    NOT i.is_new AND (m.name, m.email, m.phone) IS DISTINCT FROM
        (coalesce(i.name, m.name), coalesce(i.email, m.email), coalesce(i.phone, m.phone))
"""
KEEP = f"""
    INSERT INTO pos_importedrow (run, what, row_id, is_new, before)
    SELECT %s, 'member', m.id, false,
           jsonb_build_object('name', m.name, 'email', m.email, 'phone', m.phone,
                              'now', jsonb_build_array(coalesce(i.name, m.name), coalesce(i.email, m.email),
                                                       coalesce(i.phone, m.phone)))
      FROM incoming_member i JOIN members_member m ON m.id = i.member_id WHERE {DIFFERS}
"""
CHANGE = f"""
    WITH changed AS (
        UPDATE members_member m
           SET name = coalesce(i.name, m.name), email = coalesce(i.email, m.email),
               phone = coalesce(i.phone, m.phone), updated_at = shop_now()
          FROM incoming_member i WHERE i.member_id = m.id AND {DIFFERS}
        RETURNING m.id
    )
    SELECT count(*) FROM changed
"""
NUMBERED = """
    WITH made AS (
        INSERT INTO members_member (number, name, email, phone, pin, pin_misses, is_vip, points, is_active)
        SELECT n.number, i.name, coalesce(i.email, ''), coalesce(i.phone, ''), '', 0, false, coalesce(i.points, 0), true
          FROM unnest(%(rows)s::integer[], %(numbers)s::text[]) AS n (row, number) JOIN incoming_member i USING (row)
         ORDER BY n.row
        RETURNING id, points
    ), kept AS (
        INSERT INTO pos_importedrow (run, what, row_id, is_new, before)
        SELECT %(run)s, 'member', id, true, '{}' FROM made WHERE %(run)s > 0
    )
    INSERT INTO members_pointsentry (member_id, kind, amount, reference, reason, by_id)
    SELECT id, 'adjusted', points, 'import', '', %(by)s FROM made WHERE points <> 0
"""
REMEMBER_NUMBERS = """
    UPDATE incoming_member i SET member_id = m.id
      FROM unnest(%s::integer[], %s::text[]) AS n (row, number) JOIN members_member m USING (number)
     WHERE i.row = n.row
"""
TAKEN_IN = "SELECT row, coalesce(member_id, 0), is_new FROM incoming_member"


def ask(sql: str, values: list[Any] | Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def each(statements: str) -> None:
    """Runs the statements one by one: the server cannot prepare two at once."""
    for statement in filter(str.strip, statements.split(";")):
        ask(statement)
