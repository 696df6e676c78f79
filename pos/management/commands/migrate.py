"""Django's migrate, run as the owner of the tables; afterwards the shop's own role is given its rights."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connection

from pos import rewritings, roles


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> None:
        """Also runs the system checks as the owner: before the first migration no other role exists."""
        if options["database"] != DEFAULT_DB_ALIAS or options["plan"] or options["check_unapplied"]:
            super().execute(*args, **options)
            return
        role, password = (str(connection.settings_dict[name]) for name in ("USER", "PASSWORD"))
        with roles.as_owner():
            before = rewritings.counted()
            super().execute(*args, **options)
            note(before)
            if settings.DATABASE_OWNER_URL and not roles.is_owner(role):
                try:
                    roles.give_rights(role, password)
                except roles.RoleMissing as missing:
                    raise CommandError(str(missing)) from None


def note(before: dict[str, int]) -> None:
    """Notes ledger rows rewritten before the migrations, without excuse, and those the migrations rewrote, as
    excused."""
    after = rewritings.counted()
    if "pos_ledgerrewriting" in after:
        rewritings.note(before)
        rewritings.note(after, why=rewritings.MIGRATIONS)
