"""The shop runs as a role that owns nothing, and migrations as the owner."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from accounts.models import User
from billing.models import Bill, Register, Shift
from inventory.models import Product
from pos import roles
from pos.embedded import server as embedded_server
from pos.embedded.server import OWNER, binaries
from tests.counter import sell
from tests.pos.test_settings import manage
from tests.proof import broken

ROLE = "pos_app_of_the_tests"
FORBIDDEN = (
    "ALTER TABLE billing_bill DISABLE TRIGGER append_only",
    "ALTER TABLE billing_bill DISABLE TRIGGER ALL",
    "DROP TRIGGER append_only ON billing_bill",
    "CREATE RULE quiet AS ON INSERT TO billing_payment DO INSTEAD NOTHING",
    "CREATE TABLE mine (id int)",
    "CREATE TABLE mine AS SELECT * FROM billing_bill",
    "CREATE VIEW mine AS SELECT 1",
    "TRUNCATE billing_bill CASCADE",
    "TRUNCATE billing_basket CASCADE",
    "DROP TABLE billing_bill CASCADE",
    "ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_key_key",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER mine BEFORE INSERT ON billing_bill FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()",
    "DELETE FROM billing_bill",
    "UPDATE django_migrations SET name = 'mine'",
    "SET session_replication_role = replica",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER SUPERUSER",
)


@contextmanager
def as_the_shop() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


def refused() -> Any:
    return pytest.raises(ProgrammingError, match=r"permission denied|must be owner")


@pytest.fixture
def role(db: None) -> None:
    roles.give_rights(ROLE, "a/b@c'd")
    roles.give_rights(ROLE, "a/b@c'd")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_shops_role_cannot_disable_a_guard(role: None, statement: str) -> None:
    with as_the_shop():
        with refused(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM billing_bill")


def test_the_shops_role_sells(role: None, ana: User, r1: Register, shift: Shift, tea: Product) -> None:
    with as_the_shop():
        bill = sell((tea, "2"), by=ana, cash="50.00")
        assert Bill.objects.filter(pk=bill.pk).exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Bill.objects.filter(pk=bill.pk).update(reason="mine")


def test_audit_passes_for_the_shops_role_and_warns_about_the_owner(role: None) -> None:
    with as_the_shop():
        assert broken() == {}
    assert broken() == {}


@pytest.mark.parametrize(
    ("gift", "power"),
    [
        ("ALTER ROLE {} SUPERUSER", "superuser"),
        ("ALTER ROLE {} CREATEROLE", "role that makes roles"),
        ("ALTER TABLE billing_bill OWNER TO {}", "owner of billing_bill"),
        ("GRANT TRUNCATE ON billing_bill TO {}", "may empty or hang triggers on billing_bill"),
        ("GRANT TRIGGER ON billing_bill TO {}", "may empty or hang triggers on billing_bill"),
        ("GRANT CREATE ON SCHEMA public TO {}", "may make tables"),
    ],
)
def test_audit_names_excess_rights_of_the_shops_role(role: None, gift: str, power: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(gift.format(ROLE))
    with as_the_shop():
        found = broken()
    assert power in found["I19.role"]


def test_installation_that_names_an_owner_must_not_run_as_it(db: None, settings: Any) -> None:
    settings.DATABASE_OWNER_URL = "postgres://pos@database/pos"
    assert "superuser" in broken()["I19.role"]


def test_owner_who_cannot_create_roles_is_told_what_to_do(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE poor_owner")
        cursor.execute("SET ROLE poor_owner")
        with pytest.raises(roles.RoleMissing, match="CREATE ROLE nobody_yet LOGIN"):
            roles.make("nobody_yet", "")
        cursor.execute("RESET ROLE")


SHOP, DATABASE, COPY = "pos_app_moved_on", "roles_of_the_tests", "roles_restored"


def url(role: str, database: str) -> str:
    host = connection.settings_dict["HOST"] or connection.settings_dict["OPTIONS"].get("host", "")
    return f"postgres://{role}@/{database}?host={host}"


def server(statement: str, database: str = "postgres") -> None:
    with psycopg.connect(url("pos", database), autocommit=True) as connected:
        connected.execute(statement.encode())


@pytest.fixture
def databases() -> Iterator[None]:
    def drop() -> None:
        for name in (DATABASE, COPY):
            server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server(f"DROP ROLE IF EXISTS {SHOP}")

    drop()
    server(f"CREATE DATABASE {DATABASE}")
    server(f"CREATE DATABASE {COPY}")
    yield
    drop()


def done(*arguments: str, **changes: str) -> str:
    ran = manage(*arguments, **changes)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def copied(source: str, target: str, folder: Path) -> None:
    dump = folder / f"{source}.dump"
    for tool in (
        [str(binaries() / "pg_dump"), "-Fc", "-f", str(dump), "-d", url("pos", source)],
        [str(binaries() / "pg_restore"), "--exit-on-error", "-d", url("pos", target), str(dump)],
    ):
        subprocess.run(tool, check=True, env=os.environ | {"LC_ALL": "C"})


@pytest.mark.skipif(not binaries().exists(), reason="the embedded PostgreSQL is not installed")
def test_migrate_adds_the_second_role_and_a_restored_dump_keeps_its_guards(
    databases: None, db: None, tmp_path: Path
) -> None:
    old = {"DATABASE_URL": url("pos", DATABASE), "DATABASE_OWNER_URL": ""}
    copied(connection.settings_dict["NAME"], DATABASE, tmp_path)
    assert "look at" in done("audit", **old)
    new = {"DATABASE_URL": url(SHOP, DATABASE), "DATABASE_OWNER_URL": url("pos", DATABASE)}
    done("migrate", "--verbosity", "0", **new)
    assert "look at" not in done("audit", **new)
    assert "look at" not in done("audit", **new | {"DATABASE_OWNER_URL": ""})
    assert manage("migrate", "files", "zero", **new | {"DATABASE_OWNER_URL": ""}).returncode != 0
    server("ALTER TABLE pos_storesettings DISABLE TRIGGER append_only", DATABASE)
    server("UPDATE pos_storesettings SET basket_days = 8; SELECT pg_stat_force_next_flush()", DATABASE)
    server("ALTER TABLE pos_storesettings ENABLE ALWAYS TRIGGER append_only", DATABASE)
    assert "pos_storesettings" in manage("audit", **new).stdout
    copied(DATABASE, COPY, tmp_path)
    copy = {"DATABASE_URL": url(SHOP, COPY), "DATABASE_OWNER_URL": url("pos", COPY)}
    done("migrate", "--verbosity", "0", **copy)
    audited = manage("audit", **copy)
    assert (audited.returncode, "1 of" in audited.stderr, "pos_storesettings" in audited.stdout) == (1, True, True)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(url(SHOP, COPY)) as connected:
        connected.execute("TRUNCATE billing_bill CASCADE")


def test_the_embedded_server_of_a_trial_shop_has_both_roles() -> None:
    told = done(
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s; print(s.DATABASES['default']['USER'], s.DATABASE_OWNER['USER'])",
        DEBUG="1",
        DATABASE_URL="",
        DATABASE_OWNER_URL="",
    )
    assert told.split() == [embedded_server.SHOP, OWNER]


@pytest.mark.parametrize("password", ["a/b@c", "$up%41#?:"])
def test_password_outside_its_url_may_hold_any_character(password: str) -> None:
    told = done(
        "shell",
        "--no-imports",
        "-c",
        (
            "from django.conf import settings as s; "
            "print(s.DATABASES['default']['PASSWORD'], s.DATABASE_OWNER['PASSWORD'])"
        ),
        DATABASE_PASSWORD=password,
        DATABASE_OWNER_URL="postgres://pos@database/pos",
        DATABASE_OWNER_PASSWORD=password[::-1],
    )
    assert told.split() == [password, password[::-1]]
