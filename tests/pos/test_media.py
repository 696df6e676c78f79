from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def picture(settings: Any, tmp_path: Path) -> str:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "products").mkdir(parents=True)
    (settings.MEDIA_ROOT / "products" / "tea.webp").write_bytes(b"RIFF0000WEBP")
    (tmp_path / "secret").write_text("not yours")
    return "/media/products/tea.webp"


def test_picture_is_served_as_cacheable_for_ever(client: Client, picture: str) -> None:
    answer = client.get(picture)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "image/webp",
        "nosniff",
    )
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["../secret", "products/../../secret", "products/", "%2e%2e/secret", "/etc/passwd", "no.webp"]
)
def test_no_other_file_is_served(client: Client, picture: str, path: str) -> None:
    assert client.get(f"/media/{path}").status_code in (400, 404)
