"""The whole of `make shop`, from an empty folder: its own PostgreSQL, certificate, front and server, and in Chromium
the guide from the first sign-in to the first receipt. How long it took is printed, not judged."""

import base64
import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import HTTPSHandler, build_opener, urlopen

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from playwright.sync_api import BrowserType, Page, expect

from pos.embedded import server
from tests.cast import PASSWORD
from tests.journeys import guide
from tests.journeys.walking import complaints_of

PATIENCE = 900  # of a busy machine with every migration before it
pytestmark = [
    pytest.mark.timeout(2 * PATIENCE),
    pytest.mark.skipif(not server.binaries().exists(), reason="the embedded PostgreSQL is not installed"),
]


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


class Shop:
    """Runs `make shop` in its own folder, without this run's settings."""

    def __init__(self, folder: Path) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ports = {"PORT": free_port(), "FRONT_PORT": free_port(), "FRONT_HOST": "127.0.0.1"}
        self.environment = kept | ports | {"POS_DATA": str(folder), "BACKUP_MINUTES": "0"}
        self.authority = folder / "tls" / "shop-authority.crt"
        self.certificate = folder / "tls" / "shop-server.crt"
        self.data = folder / "postgres"
        self.url = f"https://localhost:{ports['FRONT_PORT']}"
        self.plain = f"http://localhost:{ports['PORT']}"

    def program(self, *arguments: str) -> dict[str, Any]:
        return {"args": ["deploy/shop.sh", *arguments], "cwd": settings.BASE_DIR, "env": self.environment, "text": True}

    def answers(self) -> bool:
        """True if a client that trusts only the shop's authority is served."""
        with suppress(OSError):
            trusting = build_opener(HTTPSHandler(context=ssl.create_default_context(cafile=str(self.authority))))
            return trusting.open(f"{self.url}/readyz", timeout=10).read() == b"ready\n"
        return False

    def pin(self) -> str:
        """The one key the browser is to accept, as a tablet accepts it through the authority it was given."""
        key = x509.load_pem_x509_certificate(self.certificate.read_bytes()).public_key()
        told = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(told).digest()).decode()


@pytest.fixture
def shop() -> Iterator[Shop]:
    folder = Path(tempfile.mkdtemp(prefix="pos-shop-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    opened = Shop(folder)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            **opened.program(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            end = monotonic() + PATIENCE
            while not opened.answers():
                assert process.poll() is None and monotonic() < end, (folder / "log").read_text()[-3000:]
                sleep(0.2)
            yield opened
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
            server.stop(opened.data)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chromium_at(shop: Shop, browser_type: BrowserType, arguments: dict[str, Any]) -> Iterator[Page]:
    pinned = [*arguments["args"], f"--ignore-certificate-errors-spki-list={shop.pin()}"]
    browser = browser_type.launch(**{**arguments, "args": pinned})
    try:
        yield browser.new_context(base_url=shop.url, locale="en-GB").new_page()
    finally:
        browser.close()


def test_shop_in_service_comes_to_its_first_sale_over_https(
    shop: Shop,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun = monotonic()
    made = subprocess.run(
        **shop.program("create_manager", "may", "--password-stdin"), input=f"{PASSWORD}\n", capture_output=True
    )
    assert made.returncode == 0, made.stderr
    with chromium_at(shop, browser_type, browser_type_launch_args) as page:
        complaints = complaints_of(page)
        page.goto("/sign-in")
        page.get_by_label("Username").fill("may")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        guide.walk(page)
        assert page.evaluate("window.isSecureContext && location.protocol") == "https:"
        expect(page.get_by_text("Corner shop").first).to_be_visible()
        assert page.context.cookies() and all(cookie["secure"] for cookie in page.context.cookies())
        assert not complaints
    took = monotonic() - begun
    with urlopen(f"{shop.plain}/healthz") as health:
        assert health.read() == b"alive\n"
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        urlopen(f"{shop.url}/healthz")
    with psycopg.connect(server.url(shop.data)) as books:
        assert books.execute("SELECT array_agg(total) FROM billing_bill").fetchone() == ([Decimal("12.50")],)
    with capsys.disabled():
        sys.stdout.write(f"\nFrom a shop that answers to its first sale over HTTPS: {took:.1f} s\n")
