"""The examples of the OpenAPI document are what the shop answers: one day of a small shop, asked through the API.

After a change of what is answered: POS_WRITE_EXAMPLES=1 .venv/bin/pytest tests/pos/test_api_examples.py
"""

import json
import os
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Role, User
from billing.drawer import favourites
from billing.models import Register
from inventory.models import Product
from members.models import Member
from pos.api import document
from tests.cast import person, with_token
from tests.examples import first, goods, office, people, selling
from tests.second_factor import phone_of

HERE = ("http://testserver", "https://shop.example.org")
FILE = Path(document.__file__).with_name("examples.json")
V1 = "/api/v1/"
DAY = [*first.STEPS, *goods.STEPS, *selling.STEPS, *office.STEPS, *people.STEPS, *people.LAST]
ITSELF = {"schema"}  # its answer is the document
SECRETS = {
    "access",
    "refresh",
    "secret",
    "consent",
    "code",
    "badge",
    "approval",
}  # told once; what a secret looks like is enough


@cache
def operations() -> dict[str, Any]:
    found: Any = SchemaGenerator().get_schema(request=None, public=True)
    return {one["operationId"]: one for one in document.operations(found)}


def shape(value: Any) -> Any:
    """The names and kinds of what is in it. What may be missing has no kind."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__ if value is not None else "nothing"


def put_in(asked: Any, answers: dict[str, Any]) -> Any:
    """The body with what earlier answers told in its places."""
    if isinstance(asked, dict):
        return {name: put_in(part, answers) for name, part in asked.items()}
    if isinstance(asked, list):
        return [put_in(part, answers) for part in asked]
    if callable(asked):
        return asked()
    place = re.fullmatch(r"\{(.+)\}", asked) if isinstance(asked, str) else None
    return Formatter().get_field(place[1], (), answers)[0] if place else asked


def upload(body: dict[str, Any]) -> tuple[Any, str]:
    form = {
        name: SimpleUploadedFile("list.csv", part) if isinstance(part, bytes) else part for name, part in body.items()
    }
    return encode_multipart(BOUNDARY, form), MULTIPART_CONTENT


def is_upload(body: Any) -> bool:
    return isinstance(body, dict) and any(isinstance(part, bytes) for part in body.values())


def ask(client: Client, method: str, path: str, body: Any) -> Any:
    if is_upload(body):
        content, kind = upload(body)
    else:
        content, kind = "" if body is None else json.dumps(body), "application/json"
    return client.generic(method, V1 + path, content, content_type=kind)


def lived(clients: dict[str, Client]) -> tuple[dict[str, Any], list[str]]:
    """The examples of a day, and what of it went wrong."""
    answers: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    wrong: list[str] = []
    for name, method, path, body, *who in DAY:
        if callable(path):
            path()
            continue
        try:
            filled, asked = path.format(**answers), put_in(body, answers)
        except (KeyError, IndexError) as missing:
            wrong.append(f"{name}: {missing!r}")
            continue
        answer = ask(clients[who[0] if who else "may"], method, filled, asked)
        if name and answer.status_code not in (200, 201, 202, 204):
            wrong.append(f"{name}: {answer.status_code} {answer.content[:300]!r}")
            continue
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        answers[name] = answer.json() if is_json else None
        shown[name] = ({"request": asked} if asked is not None and not is_upload(asked) else {}) | (
            {"answer": answers[name]} if is_json else {}
        )
    return {name: to_show(one) for name, one in shown.items() if name.partition(" ")[0] in operations()}, wrong


def to_show(part: Any, name: str = "") -> Any:
    if isinstance(part, dict):
        return {key: to_show(value, key) for key, value in part.items()}
    if isinstance(part, list):
        return [to_show(one, name) for one in part]
    if not isinstance(part, str):
        return part
    return f"{part[:4]}..." if name in SECRETS and len(part) > 10 else part.replace(*HERE)


@pytest.mark.django_db(transaction=True)
def test_the_examples_are_what_the_shop_answers(
    may_api: Client,
    ana_api: Client,
    may: User,
    tea: Product,
    vera: Member,
    r1: Register,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.SIGNING_DEVICE, settings.SIGNING_FOLDER = "simulated", str(tmp_path / "device")
    settings.MEDIA_ROOT = tmp_path / "media"
    favourites.put(r1, [tea.pk], by=may)
    kim = with_token(phone_of(person("kim", role=Role.MANAGER, name="Kim")).user)
    shown, wrong = lived({"may": may_api, "ana": ana_api, "kim": kim})
    assert not wrong, "\n".join(wrong)
    del shown["doctor"]["answer"]["findings"][3:]  # the others tell of the machine
    if os.environ.get("POS_WRITE_EXAMPLES"):
        FILE.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    kept = json.loads(FILE.read_text())
    assert list(kept) == list(shown)
    assert shape(kept) == shape(shown)


def test_every_operation_has_its_examples() -> None:
    """A body that is asked for, and each answer of 2xx."""
    lacking = [
        f"{one['operationId']} {where}"
        for one in operations().values()
        for where, body in [("request", one.get("requestBody", {})), *one["responses"].items()]
        if where == "request" or where.startswith("2")
        for kind, content in body.get("content", {}).items()
        if kind == "application/json" and "example" not in content and one["operationId"] not in ITSELF
    ]
    assert lacking == []
