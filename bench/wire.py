"""A small HTTP/1.1 client: one kept-alive connection, whole answers. Kept light, because it shares the server's
cores."""

import json
import socket
import sys
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

LOCAL = {"127.0.0.1", "localhost", "::1"}


class Unreachable(Exception):
    """Raised if nothing answers at the address, or not in HTTP."""


class Wire:
    """One connection to a server on this machine; reopened if the server closed it."""

    def __init__(self, base: str, timeout: float = 60, *, repeats: bool = True) -> None:
        at = urlsplit(base)
        if at.scheme != "http" or at.hostname not in LOCAL:
            sys.exit(f"{base} is not on this machine: only http://127.0.0.1 and http://localhost are asked.")
        self.host, self.port, self.timeout = at.hostname, at.port or 80, timeout
        self.repeats = repeats
        self.socket: socket.socket | None = None

    def ask(self, method: str, path: str, headers: str = "", body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        """Returns status, headers (names in lower case) and body. Reopens a connection that was closed while idle.

        Repeats a request, unless it was told not to, if the kept connection broke; every write carries a key or may be
        repeated.
        """
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        ).encode() + body
        fresh = self.socket is None
        try:
            return self.exchange(request)
        except (ConnectionError, TimeoutError) as trouble:
            self.close()
            if fresh or not self.repeats or isinstance(trouble, TimeoutError):
                raise Unreachable(f"{self.host}:{self.port} does not answer: {trouble}.") from trouble
        try:
            return self.exchange(request)
        except (ConnectionError, TimeoutError) as trouble:
            self.close()
            raise Unreachable(f"{self.host}:{self.port} does not answer: {trouble}.") from trouble

    def exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), self.timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        head, rest = self.until_blank_line()
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if "content-length" not in headers:
            raise Unreachable(f"{self.host}:{self.port} answers without a length: {first}")
        missing = int(headers["content-length"]) - len(rest)
        while missing > 0:
            part = self.receive()
            rest, missing = rest + part, missing - len(part)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(first.split(" ", 2)[1]), headers, rest

    def until_blank_line(self) -> tuple[bytes, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.receive()
        head, _, rest = got.partition(b"\r\n\r\n")
        return head, rest

    def receive(self) -> bytes:
        assert self.socket is not None
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionResetError("it hung up")
        return part

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


class Api:
    """The shop's API as used by one person: signs in, and again when the token has expired."""

    def __init__(self, base: str, username: str, password: str) -> None:
        self.wire = Wire(base)
        self.credentials = {"username": username, "password": password}
        self.bearer = ""

    def sign_in(self) -> None:
        status, told = self.call("POST", "/auth/token", self.credentials, with_token=False)
        if status != 200:
            sys.exit(f"{self.credentials['username']} cannot sign in: {sentence(told)}")
        self.bearer = f"Authorization: Bearer {told['access']}\r\n"

    def call(
        self, method: str, path: str, body: Any = None, headers: str = "", *, with_token: bool = True
    ) -> tuple[int, Any]:
        if with_token and not self.bearer:
            self.sign_in()
        written = b"" if body is None else json.dumps(body).encode()
        kind = "Content-Type: application/json\r\n" if written else ""
        asked = f"{kind}{self.bearer if with_token else ''}{headers}"
        status, _, told = self.wire.ask(method, f"/api/v1{path}", asked, written)
        if status == 401 and with_token:
            self.sign_in()
            asked = f"{kind}{self.bearer}{headers}"
            status, _, told = self.wire.ask(method, f"/api/v1{path}", asked, written)
        return status, json.loads(told) if told else None


def new_key() -> str:
    """The header of a POST that creates something."""
    return f"Idempotency-Key: {uuid4()}\r\n"


def sentence(problem: Any) -> str:
    """The message of a problem document, with its field errors."""
    if not isinstance(problem, dict):
        return str(problem)
    fields = "; ".join(f"{error['field']}: {error['detail']}" for error in problem.get("errors", []))
    return f"{problem.get('code', '')}: {problem.get('detail') or problem.get('title')} {fields}".strip()
