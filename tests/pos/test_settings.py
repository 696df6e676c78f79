"""A shop starts only with its own key and database, or says what is missing."""

import os
import secrets
import subprocess
import sys

import pytest

from pos.embedded import server

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "shop.example.org",
    "DATABASE_URL": "postgres://pos@database/pos",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # only needed by the browser tests of this run
}


def manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Runs manage.py in a production-like environment; an empty value unsets the variable."""
    environment = os.environ | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "pos.settings"} | changes
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=server.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_deployment_checks_pass_without_a_warning() -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("key", [" " * 60, "aB3$" * 20, "django-insecure-" + "aB3$xyZ_9k" * 5])
def test_seed_d24_a_long_key_that_can_be_guessed_is_refused_too(key: str) -> None:
    refused = manage("check", SECRET_KEY=key)
    assert refused.returncode == 1
    assert "ImproperlyConfigured: SECRET_KEY must" in refused.stderr


def test_without_debug_the_shop_needs_its_own_database() -> None:
    refused = manage("check", DATABASE_URL="")
    assert refused.returncode == 1
    assert "ImproperlyConfigured: DATABASE_URL must be set" in refused.stderr


def test_the_demo_takes_the_embedded_database() -> None:
    program = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['host'])"
    shown = manage("shell", "--no-imports", "-c", program, DEBUG="1", SECRET_KEY="", DATABASE_URL="", POS_DATA="/tmp/x")
    assert shown.stdout.strip() == "/tmp/x/postgres", shown.stderr
