"""The shop's logo: re-encoded on upload, kept with the bills of its time, printed on every paper."""

from decimal import Decimal as D
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from escpos.printer import Dummy
from PIL import Image

from accounts import shop
from accounts.models import AuditEntry, User
from billing.models import Bill, Shift
from billing.receipts import copies, printer
from inventory.models import Product
from pos.errors import Invalid, TooLarge
from pos.models import StoreSettings
from pos.pictures import MOST_BYTES
from tests.counter import sell

START = b"\x1b@\x1bt\x13"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def drawn(size: tuple[int, int] = (8, 8), colour: str = "black", kind: str = "PNG") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


@pytest.fixture
def with_logo(may: User) -> StoreSettings:
    return shop.put_logo(drawn(), by=may)


@pytest.fixture
def bill(with_logo: StoreSettings, shift: Shift, tea: Product, ana: User) -> Bill:
    return sell((tea, "1"), by=ana, cash="20.00")


def fields(page: Any) -> dict[str, Any]:
    """The values of the settings form, to send it again."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def change(client: Client, **asked: Any) -> Any:
    address = f"/admin/pos/storesettings/{StoreSettings.in_force().pk}/change/"
    return client.post(address, {**fields(client.get(address)), **asked})


def test_manager_uploads_a_logo_and_removes_it(may_web: Client, media: Path) -> None:
    assert change(may_web, new_logo=drawn((900, 300))).status_code == 302
    row = StoreSettings.in_force()
    (path,) = media.rglob("*.webp")
    assert row.logo == f"logos/{path.name}"
    with Image.open(path) as kept:
        assert (kept.format, kept.size) == ("WEBP", (600, 200))
    assert may_web.get(row.logo_url)["Content-Type"] == "image/webp"
    assert AuditEntry.objects.filter(action="settings.changed").latest("pk").facts == {"logo": ["", row.logo]}
    assert change(may_web, drop_logo="on", shop_name="Tea & More").status_code == 302
    assert (StoreSettings.in_force().logo, StoreSettings.in_force().shop_name) == ("", "Tea & More")
    assert path.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<script>alert(1)</script>", b"\0" * 500],
)
def test_file_that_is_not_an_image_is_refused_at_the_field(may_web: Client, media: Path, content: bytes) -> None:
    before = StoreSettings.in_force().pk
    answer = change(may_web, new_logo=SimpleUploadedFile("logo.png", content), shop_name="Typed before")
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["new_logo"]
    assert "Typed before" in answer.content.decode()
    assert StoreSettings.in_force().pk == before
    assert list(media.rglob("*.webp")) == []


def test_image_with_too_many_bytes_or_pixels_is_refused(may: User) -> None:
    with pytest.raises(TooLarge):
        shop.put_logo(SimpleUploadedFile("logo.png", b"\0" * (MOST_BYTES + 1)), by=may)
    with pytest.raises(Invalid):
        shop.put_logo(drawn((6000, 4001), kind="JPEG"), by=may)


def test_refused_logo_leaves_no_file(may: User, media: Path, monkeypatch: Any) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Invalid("logo", "no")

    monkeypatch.setattr(shop, "change_settings", refuse)
    with pytest.raises(Invalid):
        shop.put_logo(drawn(), by=may)
    assert list(media.rglob("*.webp")) == []


def test_cashier_may_not_upload_a_logo_and_the_api_cannot_change_it(
    ana_web: Client, may_api: Client, media: Path
) -> None:
    address = f"/admin/pos/storesettings/{StoreSettings.in_force().pk}/change/"
    assert ana_web.post(address, {"new_logo": drawn()}).status_code == 403
    assert may_api.get("/api/v1/settings").json()["logo"] is None
    answer = may_api.patch("/api/v1/settings", {"logo": "../etc/passwd"}, content_type="application/json")
    assert answer.status_code == 400
    assert StoreSettings.in_force().logo == ""


@pytest.mark.parametrize("kind", ["receipt", "gift", "invoice"])
def test_every_paper_shows_the_logo_of_its_time(bill: Bill, ana_web: Client, may: User, kind: str) -> None:
    shop.change_settings(may, logo="")
    answer = ana_web.post(f"/bills/{bill.number}/print", {"kind": kind})
    page = ana_web.get(answer["Location"]).content.decode()
    assert f'src="{bill.terms.logo_url}"' in page


def test_mailed_receipt_holds_no_remote_image(bill: Bill, ana: User, settings: Any) -> None:
    settings.SENDS_MAIL = True
    copies.mail(bill.number, to="vera@example.org", by=ana)
    call_command("work", "--once")
    assert "<img" not in str(mail.outbox[0].alternatives[0][0])


@pytest.mark.parametrize(("width", "dots"), [(58, 384), (80, 576)])
def test_printer_gets_the_logo_centred_byte_for_byte(
    with_logo: StoreSettings, shift: Shift, tea: Product, ana: User, may: User, width: int, dots: int
) -> None:
    shop.change_settings(may, receipt_width=width)
    found = printer.render(sell((tea, "1"), by=ana, card="12.50"), "receipt", 0)
    margin = b"\x00" * (dots // 16 - 1)
    eight_dots = b"\x0f\xf0" if dots // 2 % 8 == 0 else b""
    raster = b"\x1dv0\x00" + bytes([dots // 8, 0, 8, 0]) + 8 * (margin + eight_dots + margin)
    assert found.startswith(START + raster)
    expected = Dummy(profile="default")
    sheet = Image.new("1", (dots, 8), 1)
    sheet.paste(0, (dots // 2 - 4, 0, dots // 2 + 4, 8))
    expected.image(sheet, center=False)
    assert expected.output == raster


def test_large_logo_is_scaled_to_the_paper(bill: Bill, ana: User, may: User, shift: Shift, tea: Product) -> None:
    shop.put_logo(drawn((4000, 400), "#808080"), by=may)
    found = printer.render(sell((tea, "1"), by=ana, card="12.50"), "gift", 0)
    assert found.startswith(START + b"\x1dv0\x00" + bytes([72, 0, 58, 0]))


def test_receipt_prints_without_a_logo_whose_file_is_missing(bill: Bill, media: Path) -> None:
    next(media.rglob("*.webp")).unlink()
    printer.logo.cache_clear()
    assert printer.render(bill, "receipt", 0).startswith(START + b"\x1b!")


def test_first_bill_without_a_logo_prints_none(shift: Shift, tea: Product, ana: User) -> None:
    assert b"\x1dv0" not in printer.render(sell((tea, "1"), by=ana, cash=str(D("12.50"))), "receipt", 0)
