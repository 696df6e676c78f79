"""What a new installation needs: keys, pinned dependencies, a start without a database."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Path = settings.BASE_DIR
KEY = "k" * 25 + "0123456789" * 3
LOCKED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==\S+(?: ; .+)? \\$")


def python(program: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    shop = {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "pos.settings", "DEBUG": "0"}
    away = {"DATABASE_URL": f"postgres://pos@/pos?host={folder / 'nobody'}", "SECRET_KEY": KEY}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=kept | shop | away | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in names.stdout.split("\0") if name]


@pytest.mark.parametrize("key", ["", "short", "x" * 49])
def test_seed_d24_shop_does_not_start_with_a_missing_or_short_key(key: str) -> None:
    started = python("import pos.settings", SECRET_KEY=key)
    assert started.returncode == 1
    assert "SECRET_KEY must be set" in started.stderr
    assert python("import pos.settings").returncode == 0


def test_seed_d24_no_key_is_in_the_repository() -> None:
    given = re.compile(r"""SECRET_KEY\s*[=:]\s*["']?[\w\-+/!@#%^&*()]{20,}["']?\s*$""", re.MULTILINE)
    found = [path for path in tracked() if path.is_file() and given.search(path.read_text(errors="ignore"))]
    assert found == []


@pytest.mark.parametrize("name", ["base.txt", "demo.txt", "dev.txt", "install.txt"])
def test_seed_d62_every_package_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).strip())
    locked = {}
    for entry in entries:
        first, *hashes = entry.split("\n")
        found = LOCKED.match(first)
        assert found, first
        assert any("--hash=sha256:" in line for line in hashes), first
        locked[found[1]] = hashes
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    group = project["dependency-groups"].get(name.removesuffix(".txt"), [])
    wanted = [part for part in group if isinstance(part, str)]
    wanted += project["project"]["dependencies"] if name != "install.txt" else []
    assert {re.split(r"[\[<>=]", part)[0] for part in wanted} <= set(locked)


def test_installed_packages_have_all_they_ask_for_but_setuptools() -> None:
    """The locks are installed without asking what they lack."""
    there = {canonicalize_name(package.metadata["Name"]): package for package in distributions()}
    asked = {
        canonicalize_name(needed.name)
        for package in there.values()
        for needed in map(Requirement, package.requires or [])
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
    }
    assert asked - set(there) <= {"setuptools"}


ASK = """
from django.test import Client
client = Client(raise_request_exception=False, headers={"Host": "localhost"})
for path in ("/readyz", "/sign-in", "/api/v1/settings", "/password"):
    client.cookies.load({"sessionid": "x" * 32} if path == "/password" else {})
    answer = client.get(path, headers={"Authorization": "Bearer " + TOKEN} if path.startswith("/api") else None)
    print(path, answer.status_code, answer.headers.get("Retry-After"), answer.headers["Content-Type"])
"""
TOKEN = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from rest_framework_simplejwt.tokens import AccessToken
token = AccessToken(); token["user_id"] = 1; token["stamp"] = "x"; TOKEN = str(token)
"""


def test_seed_d63_without_a_database_the_shop_starts_and_says_so(tmp_path: Path) -> None:
    asked = python(
        TOKEN + ASK,
        tmp_path,
        DATABASE_WAIT="1",
        ALLOWED_HOSTS="localhost",
        SECURE_SSL_REDIRECT="0",
        POS_DATA=str(tmp_path),
    )
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.splitlines() == [
        "/readyz 503 5 text/plain",
        "/sign-in 503 5 text/html; charset=utf-8",
        "/api/v1/settings 503 1 application/problem+json",
        "/password 503 5 text/html; charset=utf-8",
    ]


def test_every_setting_is_in_the_example_file() -> None:
    readers = [ROOT / name for name in ("pos/settings.py", "gunicorn.conf.py", "docker-compose.yml")]
    asked = re.compile(r"""(?:env\.\w+\("|environ\.get\("|\$\{)([A-Z][A-Z_]+)""")
    wanted = {name for path in readers for name in asked.findall(path.read_text())}
    assert {"SECRET_KEY", "WEB_CONCURRENCY", "POSTGRES_PASSWORD"} <= wanted
    given = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(given) == sorted(wanted)


def test_server_listens_at_the_configured_address(tmp_path: Path) -> None:
    (tmp_path / "gunicorn.conf.py").write_text((ROOT / "gunicorn.conf.py").read_text())
    (tmp_path / ".env").write_text("HOST=127.0.0.2\nPORT=8001\nWEB_CONCURRENCY=3\n")
    program = "import runpy; said = runpy.run_path('gunicorn.conf.py'); print(said['bind'], said['workers'])"
    assert python(program, tmp_path).stdout.split() == ["127.0.0.2:8001", "3"]
    assert python(program, tmp_path, PORT="8002").stdout.split() == ["127.0.0.2:8002", "3"]


def test_behind_pgbouncer_no_session_state_is_used(tmp_path: Path) -> None:
    program = """
from pos.settings import DATABASES
default = DATABASES["default"]
print(default["DISABLE_SERVER_SIDE_CURSORS"], default["OPTIONS"]["prepare_threshold"], default["OPTIONS"]["options"])
"""
    assert python(program, tmp_path).stdout.startswith("False 2 -c lock_timeout=3s")
    assert python(program, tmp_path, BEHIND_PGBOUNCER="1").stdout.split() == ["True", "None"]


def test_pool_reconnects_within_the_wait_of_a_request(tmp_path: Path) -> None:
    program = "from pos.settings import DATABASES; print(DATABASES['default']['OPTIONS']['pool'])"
    assert "'reconnect_timeout': 7" in python(program, tmp_path, DATABASE_WAIT="7").stdout
