"""Uploading pictures, harmless and malicious."""

import struct
import zlib
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from accounts.models import User
from inventory.goods import pictures, products, search
from inventory.models import Product
from pos.errors import Invalid, Stale
from pos.pictures import MOST_BYTES, NotKept
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "teal" if mode != "P" else 3).save(out, kind, **more)
    return out.getvalue()


def upload(content: bytes, name: str = "tea.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def put(client: Client, product: Product, content: bytes, name: str = "tea.png", **headers: str) -> Any:
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--cut--\r\n'
    url = f"/api/v1/products/{product.pk}/image"
    form = "multipart/form-data; boundary=cut"
    return client.generic("PUT", url, body % (name.encode(), content), content_type=form, headers=headers)


def stored(media: Path) -> list[Path]:
    return sorted(path for path in media.rglob("*") if path.is_file())


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_picture_is_reencoded_and_renamed(may_api: Client, tea: Product, media: Path, kind: str) -> None:
    answer = put(may_api, tea, drawn(kind), "../../etc/passwd.html")
    assert answer.status_code == 200, answer.content
    (path,) = stored(media)
    assert path.parent == media / "products"
    assert path.suffix == ".webp"
    assert len(path.stem) == 32
    assert answer.json()["image"] == f"/media/products/{path.name}"
    assert (answer.json()["version"], Image.open(path).format) == (2, "WEBP")
    shown = may_api.get(answer.json()["image"])
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/webp", "nosniff")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_accepted(may: User, tea: Product, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = BytesIO()
    Image.new(mode, (10, 10)).save(out, kind)
    assert pictures.put(tea, upload(out.getvalue()), by=may).image


def test_metadata_of_a_picture_is_removed(may: User, tea: Product, media: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    hidden = drawn("JPEG", exif=exif, icc_profile=b"PROFILE" * 50, comment=b"alert(1)") + b"PK\x03\x04<script>"
    pictures.put(tea, upload(hidden), by=may)
    (path,) = stored(media)
    content = path.read_bytes()
    assert not any(text in content for text in (b"SECRET", b"PROFILE", b"alert", b"script", b"EXIF"))
    with Image.open(path) as kept:
        assert (kept.size, dict(kept.getexif())) == ((30, 40), {})


def test_picture_is_scaled_down_to_screen_size(may: User, tea: Product, media: Path) -> None:
    pictures.put(tea, upload(drawn("JPEG", (5000, 2500))), by=may)
    with Image.open(stored(media)[0]) as kept:
        assert kept.size == (1200, 600)


ANIMATION = BytesIO()
Image.new("P", (8, 8)).save(
    ANIMATION, "GIF", save_all=True, append_images=[Image.new("P", (8, 8), n % 250) for n in range(2000)]
)


def test_only_the_first_of_ten_thousand_frames_is_used(may: User, tea: Product, media: Path) -> None:
    pictures.put(tea, upload(ANIMATION.getvalue()), by=may)
    with Image.open(stored(media)[0]) as kept:
        assert getattr(kept, "n_frames", 1) == 1


NO_PICTURES = {
    "empty": b"",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with a declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "truncated png": drawn()[:60],
    "truncated jpeg": drawn("JPEG", (400, 400))[:400],
    "truncated webp": drawn("WEBP", (400, 400))[:100],
    "only a beginning": b"GIF89a<script>alert(1)</script>",
    "bmp": drawn("BMP"),
    "tiff": drawn("TIFF"),
    "ico": drawn("ICO"),
    "pdf": b"%PDF-1.7",
    "broken png": b"\x89PNG\r\n\x1a\n" + b"\xff" * 200,
    "nul": b"\0" * 1000,
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "50,000 x 50,000": png_that_claims(50_000, 50_000),
    "a bomb": png_that_claims(9_000, 9_000),
    "no pixels": png_that_claims(0, 0),
    "more pixels than allowed": drawn("PNG", (5000, 5000), "1"),
    "jpeg of too many pixels": drawn("JPEG", (6000, 4001), "L", quality=5),
}


@pytest.mark.parametrize("kind", NO_PICTURES)
def test_seed_d41_file_that_is_no_picture_is_refused(may_api: Client, tea: Product, media: Path, kind: str) -> None:
    for name in ("tea.png", "evil.svg", "evil.html"):
        answer = put(may_api, tea, NO_PICTURES[kind], name)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.content
    assert stored(media) == []
    assert Product.objects.get().version == 1


def test_seed_d42_large_upload_is_too_large(may_api: Client, tea: Product, media: Path) -> None:
    for size in (MOST_BYTES + 1, 20_000_000):
        answer = put(may_api, tea, drawn() + b"\0" * size)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert stored(media) == []


@pytest.mark.parametrize("form", ["multipart/form-data", "application/json", "multipart/form-data; boundary=other"])
def test_picture_upload_without_a_file_is_400(may_api: Client, tea: Product, form: str) -> None:
    answer = may_api.generic("PUT", f"/api/v1/products/{tea.pk}/image", b"--cut--\r\n", content_type=form)
    assert answer.status_code in (400, 415)


def test_cashier_cannot_upload_a_picture(ana_api: Client, tea: Product) -> None:
    assert put(ana_api, tea, drawn()).status_code == 403


def test_picture_with_an_old_version_is_stale(may: User, may_api: Client, tea: Product, media: Path) -> None:
    with pytest.raises(Stale):
        pictures.put(tea, upload(drawn()), by=may, version=7)
    assert put(may_api, tea, drawn(), **{"If-Match": '"7"'}).status_code == 409
    assert stored(media) == []


def test_new_picture_takes_the_place_of_the_old(may: User, tea: Product, media: Path) -> None:
    before = pictures.put(tea, upload(drawn()), by=may).image.name or ""
    after = pictures.put(tea, upload(drawn()), by=may).image.name or ""
    assert before != after
    assert [path.name for path in stored(media)] == [Path(after).name]


def test_seed_d52_file_is_deleted_only_after_the_commit(may: User, tea: Product, media: Path) -> None:
    pictures.put(tea, upload(drawn()), by=may)
    with transaction.atomic():
        pictures.drop(tea, by=may)
        transaction.set_rollback(True)
    assert len(stored(media)) == 1
    pictures.drop(tea, by=may)
    assert stored(media) == []
    assert Product.objects.get().image.name == ""


def test_seed_d52_file_is_deleted_with_the_product(may: User, may_api: Client, media: Path) -> None:
    jam = products.create(name="Jam", price=Decimal(1), by=may)
    pictures.put(jam, upload(drawn()), by=may)
    assert may_api.delete(f"/api/v1/products/{jam.pk}").status_code == 204
    assert stored(media) == []


def test_deleting_a_missing_picture_changes_nothing(may_api: Client, tea: Product) -> None:
    assert may_api.delete(f"/api/v1/products/{tea.pk}/image").status_code == 204
    assert Product.objects.get().version == 1


def test_seed_d43_failing_storage_changes_nothing(
    may: User, may_api: Client, tea: Product, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    may_api.raise_request_exception = False
    answer = put(may_api, tea, drawn())
    assert (answer.status_code, answer.json()["code"]) == (503, "not_kept")
    with pytest.raises(NotKept), transaction.atomic():
        pictures.put(products.create(name="Jam", price=Decimal(1), by=may), upload(drawn()), by=may)
    assert list(Product.objects.values_list("name", "version", "image")) == [("Green tea", 1, "")]


def test_failing_change_leaves_no_file(may: User, tea: Product, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Invalid("file", "no")

    monkeypatch.setattr(pictures, "_enter", refuse)
    with pytest.raises(Invalid):
        pictures.put(tea, upload(drawn()), by=may)
    assert stored(media) == []


def test_till_shows_the_picture(may: User, media: Path) -> None:
    tea = cast.product("Oolong")
    name = pictures.put(tea, upload(drawn()), by=may).image.name
    assert search.products("oolong")[0].image_url == f"/media/{name}"


def read_only(*args: Any, **kwargs: Any) -> None:
    raise OSError(30, "Read-only file system")


def test_read_only_storage_is_reported_as_503(
    may_api: Client, tea: Product, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_storage, "save", read_only)
    monkeypatch.setattr(default_storage, "delete", read_only)
    may_api.raise_request_exception = False
    said = put(may_api, tea, drawn())
    assert (said.status_code, said.json()["code"]) == (503, "not_kept")


def test_picture_is_removed_even_if_its_file_cannot_be_deleted(
    may_api: Client, tea: Product, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert put(may_api, tea, drawn()).status_code == 200
    monkeypatch.setattr(default_storage, "delete", read_only)
    assert may_api.delete(f"/api/v1/products/{tea.pk}/image").status_code == 204
    assert (Product.objects.get(pk=tea.pk).image.name, len(stored(media))) == ("", 1)
