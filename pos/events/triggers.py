"""Triggers that note what a statement changed, for the feed: one row a statement, however many rows it touched."""

from django.db.migrations import RunSQL

OPERATIONS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
ALL = tuple(OPERATIONS)


def noted(
    table: str,
    kind: str,
    *,
    ids: str = "array_agg(id)",
    gone: str = "TG_OP = 'DELETE'",
    on: tuple[str, ...] = ALL,
) -> RunSQL:
    """`ids` aggregates the ids of this kind's objects from the rows touched, each once."""
    triggers = "".join(
        f"""
        CREATE TRIGGER note_{operation.lower()} AFTER {operation} ON {table}
            REFERENCING {OPERATIONS[operation]} TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION note_{table}();"""
        for operation in on
    )
    return RunSQL(
        f"""
        CREATE FUNCTION note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO pos_change (xid, kind, ids, gone)
            SELECT pg_current_xact_id()::text::bigint, '{kind}', {ids}, {gone} FROM touched HAVING count(*) > 0;
            RETURN NULL;
        END $$;
        {triggers}
        """,
        f"DROP FUNCTION note_{table}() CASCADE",
    )
