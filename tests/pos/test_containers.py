"""What the Dockerfile and docker-compose.yml promise. They are read here, not run."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings

DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())


def test_seed_d61_the_image_runs_locked_parts_as_an_ordinary_user() -> None:
    assert re.findall(r"^USER (\w+)", DOCKERFILE, re.MULTILINE) == ["shop"]
    assert "--require-hashes" in DOCKERFILE
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


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_every_service_is_asked_how_it_is(service: str) -> None:
    assert COMPOSE["services"][service]["healthcheck"]["test"]


def test_no_password_stands_in_the_compose_file() -> None:
    database = COMPOSE["services"]["database"]["environment"]
    assert database["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert ":${POSTGRES_PASSWORD:?" in COMPOSE["services"]["web"]["environment"]["DATABASE_URL"]


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_no_service_takes_all_memory_or_fills_it_with_files(service: str) -> None:
    asked = COMPOSE["services"][service]
    assert re.fullmatch(r"\d+[mg]", asked["mem_limit"])
    assert all("size=" in place for place in asked.get("tmpfs", []))


def test_web_and_worker_are_built_from_the_same_place() -> None:
    web, worker = COMPOSE["services"]["web"], COMPOSE["services"]["worker"]
    assert (web["build"], web["image"]) == (worker["build"], worker["image"])
