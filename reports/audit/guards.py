"""Checks that the database still has every constraint and trigger, and that the shop's role cannot remove them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models

from reports.audit.invariant import Invariant

SHOP = {"pos", "accounts", "inventory", "members", "billing", "files", "reports"}
WRITTEN_IN_MIGRATIONS = [
    ("billing_bill", "bill_in_a_shift_of_its_register"),
    ("billing_zreport", "zreport_in_a_shift_of_its_register"),
]
TRIGGERS = [
    ("billing_basket", "paid_basket_is_weighed", "refuse_unweighed"),
    ("billing_bill", "practice_is_undone", "refuse_practice"),
    ("inventory_locationstock", "location_not_below_zero", "refuse_below_zero"),
]
NOTES = [
    ("billing_bill", "note_insert"),
    *((table, f"note_{deed}") for table in ("billing_shift", "billing_storedvalue") for deed in ("insert", "update")),
    *(
        (table, f"note_{deed}")
        for table in (
            *("inventory_barcode", "inventory_category", "inventory_product", "inventory_stock", "inventory_taxrate"),
            "members_member",
        )
        for deed in ("insert", "update", "delete")
    ),
    ("pos_storesettings", "note_insert"),
]


def constraints() -> list[tuple[str, str]]:
    """Table and name of each constraint on rows."""
    declared = [(model._meta.db_table, rule.name) for model in shop_models() for rule in model._meta.constraints]
    return declared + WRITTEN_IN_MIGRATIONS


def unique_columns() -> list[tuple[str, str]]:
    return [(model._meta.db_table, str(field.column)) for model, field in fields() if field.unique]


def references() -> list[tuple[str, str, str]]:
    """Table, column and target table of each foreign key."""
    return [
        (model._meta.db_table, str(field.column), field.related_model._meta.db_table)
        for model, field in fields()
        if isinstance(field, models.ForeignKey)
    ]


def fields() -> Iterator[tuple[type[models.Model], Any]]:
    return ((model, field) for model in shop_models() for field in model._meta.local_concrete_fields)


def shop_models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model._meta.app_label in SHOP)


def listed(rows: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(f"({', '.join(map(quoted, row))})" for row in rows)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


POWERS = """
    SELECT 'superuser' AS power FROM pg_roles WHERE rolname = current_user AND rolsuper
     UNION ALL
    SELECT power FROM pg_roles CROSS JOIN LATERAL (
    SELECT 'role that makes roles' AS power WHERE rolcreaterole
     UNION ALL
    SELECT 'owner of ' || c.relname FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v')
       AND pg_has_role(current_user, c.relowner, 'MEMBER')
     UNION ALL
    SELECT 'may empty or hang triggers on ' || c.relname FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND has_table_privilege(current_user, c.oid, 'TRUNCATE, TRIGGER, REFERENCES')
     UNION ALL
    SELECT 'may make tables' WHERE has_schema_privilege(current_user, current_schema(), 'CREATE')
    ) p WHERE rolname = current_user AND NOT rolsuper
"""

# True if the settings name a separate owner, or the tables are owned by another role.
HAS_OWNER = """
    (%(has_owner)s OR NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('django_migrations')
                                     AND relowner = current_user::regrole))
"""

INVARIANTS = [
    Invariant(
        "I19.guard",
        "every constraint, reference and trigger that guards a table is there and in force",
        f"""
        SELECT tab || ' ' || rule FROM (VALUES {listed(constraints())}) l (tab, rule)
         WHERE NOT EXISTS (SELECT FROM pg_constraint c
                            WHERE c.conrelid = to_regclass(tab) AND c.conname = rule AND c.convalidated)
           AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
                            WHERE i.indrelid = to_regclass(tab) AND n.relname = rule AND i.indisunique AND i.indisvalid)
         UNION ALL
        SELECT tab || ' ' || col || ' is unique' FROM (VALUES {listed(unique_columns())}) l (tab, col)
         WHERE NOT EXISTS (SELECT FROM pg_index i
                             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                            WHERE i.indrelid = to_regclass(tab) AND a.attname = col AND i.indnkeyatts = 1
                              AND i.indisunique AND i.indisvalid AND i.indpred IS NULL)
         UNION ALL
        SELECT tab || ' ' || col || ' leads to ' || there
          FROM (VALUES {listed(references())}) l (tab, col, there)
         WHERE NOT EXISTS (SELECT FROM pg_constraint c
                             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                            WHERE c.conrelid = to_regclass(tab) AND a.attname = col AND c.contype = 'f'
                              AND c.confrelid = to_regclass(there) AND c.convalidated)
         UNION ALL
        SELECT tab || ' ' || guard FROM (VALUES {listed(TRIGGERS)}) l (tab, guard, deed)
         WHERE NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                            WHERE t.tgrelid = to_regclass(tab) AND t.tgname = guard AND f.proname = deed
                              AND t.tgenabled IN ('O', 'A') AND f.prosrc ~ 'RAISE EXCEPTION')
         UNION ALL
        SELECT tab || ' ' || note FROM (VALUES {listed(NOTES)}) l (tab, note)
         WHERE NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                            WHERE t.tgrelid = to_regclass(tab) AND t.tgname = note AND f.proname = 'note_' || tab
                              AND t.tgenabled IN ('O', 'A') AND f.prosrc ~ 'INSERT INTO pos_change')
        """,
    ),
    Invariant(
        "I19.role",
        "the shop runs as a role that owns nothing and can lift no guard",
        f"SELECT power FROM ({POWERS}) p WHERE {HAS_OWNER}",
    ),
    Invariant(
        "I19.alone",
        "the shop has a role of its own, apart from the owner of the tables (DATABASE_OWNER_URL)",
        f"SELECT power FROM ({POWERS}) p WHERE NOT {HAS_OWNER}",
        hint=True,
    ),
]
