from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import NodeNotFoundError

from pos import roles
from reports.doctor import books, machine
from reports.doctor.finding import State

OLDEST_DATABASE = 150_000


class Command(BaseCommand):
    help = "Before a start or an upgrade: refuse a database newer than the code, too old a PostgreSQL, and a full disk."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """As the owner: before the first migration no other role exists."""
        with roles.as_owner():
            self.look()

    def look(self) -> None:
        try:
            connection.ensure_connection()
            newer = books.newer_than_the_code()
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}", returncode=1) from None
        except NodeNotFoundError as error:
            raise CommandError(f"{error} First migrate with the version that made them.", returncode=1) from None
        if newer:
            raise CommandError(
                f"The database is newer than this version: it has {', '.join(newer)}. Install the version "
                "that made them, or restore a backup of before.",
                returncode=1,
            )
        if connection.pg_version < OLDEST_DATABASE:  # type: ignore[attr-defined]
            raise CommandError("The shop needs PostgreSQL 15 or newer.", returncode=1)
        full = [finding for finding in machine.disks() if finding.state is State.BAD]
        if full and not settings.DEBUG:
            raise CommandError(f"{full[0].title}: {full[0].says} {full[0].do}", returncode=1)
