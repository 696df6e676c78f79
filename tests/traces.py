"""A checksum per table: an action that leaves no trace changes none of them."""

from typing import Any

from django.apps import apps
from django.db import connection


def traces(*but: str) -> dict[str, Any]:
    """How many rows each table has and the sum of their digests; `but` names tables to leave out."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - {*but})
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM "{table}" t')
            found[table] = cursor.fetchone()
    return found
