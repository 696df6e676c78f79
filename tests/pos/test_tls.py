"""HTTPS without a proxy: the certificates the shop makes, and what its front server passes on."""

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from pos.tls import certificate, front
from pos.tls.certificate import ready
from tests.moved_clock import real_time

NAMES = ["localhost", "127.0.0.1", "shopbox", "shopbox.local", "192.168.7.20"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Uses the machine's clock, as OpenSSL does."""
    with real_time():
        yield


def test_machine_is_known_by_its_name_and_its_address() -> None:
    names = certificate.names_of_this_machine()
    assert names[:2] == ["localhost", "127.0.0.1"]
    assert f"{socket.gethostname().lower().partition('.')[0]}.local" in names


def test_certificate_is_kept_until_it_runs_out_or_the_names_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ready(tmp_path, NAMES)
    first, authority = server.read_bytes(), (tmp_path / "shop-authority.crt").read_bytes()
    assert ready(tmp_path, NAMES).read_bytes() == first
    changed = ready(tmp_path, [*NAMES, "192.168.7.21"]).read_bytes()
    assert changed != first
    monkeypatch.setattr(certificate, "RENEWED", certificate.SERVER_LASTS + timedelta(days=1))
    assert ready(tmp_path, [*NAMES, "192.168.7.21"]).read_bytes() != changed
    assert (tmp_path / "shop-authority.crt").read_bytes() == authority
    assert all(path.stat().st_mode & 0o77 == 0 for path in tmp_path.glob("*.key"))


def test_authority_is_good_for_local_names_alone(tmp_path: Path) -> None:
    ready(tmp_path, NAMES)
    certificate.make_server(tmp_path, ["bank.example.com"])
    with Serving(tmp_path, SHOP) as port, pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        call(tmp_path, port, "bank.example.com")
    ready(tmp_path, [*NAMES, "203.0.113.9"])
    assert certificate.covers(tmp_path / "shop-authority.crt", ["203.0.113.9"])


def shop(port: list[int], ends: threading.Event) -> None:
    """Echoes each request and keeps the connection open."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                said = head + await reader.readexactly(length)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)
                await writer.drain()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.append(server.sockets[0].getsockname()[1])
        while not ends.is_set():
            await asyncio.sleep(0.01)
        server.close()

    asyncio.run(run())


SHOP, NOBODY = True, False


class Serving:
    """The front server on a free port, with or without a shop behind it."""

    def __init__(self, folder: Path, is_there: bool) -> None:
        self.folder, self.is_there, self.ends = folder, is_there, threading.Event()

    def __enter__(self) -> int:
        ports: list[int] = []
        self.threads = [threading.Thread(target=shop, args=(ports, self.ends))] if self.is_there else []
        for thread in self.threads:
            thread.start()
        while self.is_there and not ports:
            pass
        self.port = free_port()
        inner = ("127.0.0.1", ports[0] if ports else free_port())
        listening = front.listen(
            "127.0.0.1", self.port, self.folder / "shop-server.crt", inner, lambda: not self.ends.is_set()
        )
        self.threads.append(threading.Thread(target=lambda: asyncio.run(listening)))
        self.threads[-1].start()
        return self.port

    def __exit__(self, *_: object) -> None:
        self.ends.set()
        for thread in self.threads:
            thread.join(30)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def call(folder: Path, port: int, name: str = "localhost") -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(folder / "shop-authority.crt"))
    for _ in range(200):
        with suppress(ConnectionRefusedError):
            return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname=name)
        threading.Event().wait(0.02)
    raise AssertionError("the front does not listen")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ready(tmp_path, NAMES)
    return tmp_path


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with Serving(folder, SHOP) as port:
        yield port


def answer_to(line: ssl.SSLSocket, request: bytes) -> bytes:
    line.sendall(request)
    said = line.recv(65536)
    wanted = int(said.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(said.partition(b"\r\n\r\n")[2]) < wanted:
        said += line.recv(65536)
    return said.partition(b"\r\n\r\n")[2]


def test_trusted_browser_is_served_and_its_forwarded_headers_are_dropped(folder: Path, port: int) -> None:
    with closing(call(folder, port)) as line:
        said = answer_to(
            line,
            b"GET /till HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 9.9.9.9\r\nx-forwarded-proto: http\r\n"
            b"Forwarded: for=9.9.9.9\r\nAccept: */*\r\n\r\n",
        )
        assert b"9.9.9.9" not in said and b"http\r\n" not in said
        assert b"X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n" in said
        assert b"Accept: */*\r\n\r\n" in said
        second = answer_to(line, b"POST /pay HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
        assert second.endswith(b"\r\n\r\nhello")


def test_two_pipelined_requests_both_carry_the_senders_address(folder: Path, port: int) -> None:
    once = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n"
    with closing(call(folder, port)) as line:
        line.sendall(once * 2)
        said = b""
        while said.count(b"X-Forwarded-For: 127.0.0.1") < 2:
            said += line.recv(65536)
        assert b"9.9.9.9" not in said


def test_request_without_a_length_is_refused_unread(folder: Path, port: int) -> None:
    with closing(call(folder, port)) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 411")


def test_front_says_that_the_shop_is_starting_up(folder: Path) -> None:
    with Serving(folder, NOBODY) as port, closing(call(folder, port)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"The shop is starting up." in line.recv(65536)


def test_certificate_names_addresses_as_addresses(folder: Path) -> None:
    found = certificate.read(folder / "shop-server.crt")
    names = found.extensions.get_extension_for_class(certificate.x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("192.168.7.20") in names.get_values_for_type(certificate.x509.IPAddress)
    assert "shopbox.local" in names.get_values_for_type(certificate.x509.DNSName)
