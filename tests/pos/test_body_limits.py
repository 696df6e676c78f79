"""Requests without sign-in: their files are not written to disk, and long bodies are refused unread."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files import uploadedfile, uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inventory.models import Product

FILE_ROUTES = [
    "/admin/inventory/product/add/",
    "/admin/pos/storesettings/add/",
    "/files",
    "/api/v1/products/1/image",
    "/api/v1/imports",
]
ROUTES = ["/sign-in", "/language", "/display/R1", "/nowhere", "/api/v1/auth/token", *FILE_ROUTES]
LARGE = 3 * 1024 * 1024


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files written to disk while a request was read."""
    names: list[str] = []

    class Watched(uploadedfile.TemporaryUploadedFile):
        def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
            names.append(name)
            super().__init__(name, *args, **kwargs)

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", Watched)
    return names


def file_of(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("long.bin", b"x" * size)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("token", ["", "Bearer made.up.token"])
def test_file_sent_without_sign_in_is_not_written_to_disk(db: None, written: list[str], path: str, token: str) -> None:
    nobody = Client(enforce_csrf_checks=True, headers={"Authorization": token} if token else None)
    answer = nobody.post(path, {"file": file_of(LARGE)})
    assert written == []
    assert answer.status_code < 500
    if not token:
        assert answer.status_code == 413


def test_small_file_sent_without_sign_in_is_skipped(db: None, settings: Any, written: list[str]) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    assert Client(enforce_csrf_checks=True).post("/sign-in", {"file": file_of(1000)}).status_code == 403
    assert written == []


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/auth/token"])
def test_a_long_body_is_refused_before_it_is_read(db: None, path: str) -> None:
    class Unread(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("somebody read it")

    answer = Client().generic(
        "POST", path, b"", "application/x-www-form-urlencoded", **{"CONTENT_LENGTH": str(LARGE), "wsgi.input": Unread()}
    )
    assert answer.status_code == 413


def test_forged_cookie_gives_no_access(db: None) -> None:
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    assert client.post("/language", {"file": file_of(LARGE)}).status_code == 413


def test_staff_can_upload_files_only_where_expected(may_web: Client, tea: Product, written: list[str]) -> None:
    assert may_web.post("/language", {"language": "de", "file": file_of(LARGE)}).status_code == 413
    assert written == []
    assert may_web.post(f"/admin/inventory/product/{tea.pk}/change/", {"upload": file_of(LARGE)}).status_code == 200
    assert written == ["long.bin"]
