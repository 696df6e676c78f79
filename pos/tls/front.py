"""HTTPS in front of the shop's server, for a box without a proxy: a request is taken whole, then passed on with its
sender.

The shop speaks plain HTTP, to this machine alone. What a client says of X-Forwarded-For is dropped here.
"""

import asyncio
import os
import re
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pos.web.arrival import Arrival, refusal

READ_AT_ONCE = 64 * 1024
MOST_GUESTS = 500
HANDSHAKE_SECONDS, IDLE_SECONDS, ANSWER_SECONDS = 10.0, 60.0, 60.0
OURS_TO_SAY = re.compile(rb"\r\n(?:x-forwarded-[^:\r\n]*|forwarded|expect)[ \t]*:[^\r\n]*", re.IGNORECASE)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 24\r\n\r\nThe shop is starting up.\n"[:-1]
)
Gone = (ConnectionError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError, OSError)


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return made


class Front:
    def __init__(self, inner: tuple[str, int]) -> None:
        self.inner = inner
        self.guests = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection, from its first request to its last."""
        self.guests += 1
        try:
            if self.guests <= MOST_GUESTS:
                await self.serve(reader, writer)
        except Gone:
            pass
        finally:
            self.guests -= 1
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address, answering, rest = writer.get_extra_info("peername")[0], None, b""
        shop: asyncio.StreamWriter | None = None
        try:
            while request := await self.whole_request(reader, writer, rest):
                head, body, rest = request
                if shop is None:
                    try:
                        answers, shop = await asyncio.open_connection(*self.inner)
                    except OSError:
                        writer.write(AWAY)
                        await writer.drain()
                        return
                    answering = asyncio.create_task(pass_back(answers, writer))
                shop.write(passed_on(head, address) + body)
                await shop.drain()
        finally:
            if shop:
                with suppress(OSError):
                    shop.write_eof()
            if answering:
                with suppress(*Gone):
                    await asyncio.wait_for(answering, ANSWER_SECONDS)
            if shop:
                shop.close()

    async def whole_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rest: bytes
    ) -> tuple[bytes, bytes, bytes] | None:
        """Head, body and what follows them; None when the client ends, is too slow, or is refused."""
        arrival = Arrival(time.monotonic())
        if rest:
            arrival.add(rest)
        while not arrival.is_complete:
            left = arrival.deadline - time.monotonic() if arrival.data else IDLE_SECONDS
            data = await asyncio.wait_for(reader.read(READ_AT_ONCE), max(left, 0))
            if not data:
                return None
            if not arrival.data:
                arrival.begun = time.monotonic()
            arrival.add(data)
            if arrival.refused:
                writer.write(refusal(arrival.refused, arrival.data))
                await writer.drain()
                return None
            if arrival.awaits_go:
                arrival.awaits_go = False
                writer.write(GO_ON)
        end = arrival.data.index(b"\r\n\r\n") + 4
        data = bytes(arrival.data)
        return data[:end], data[end : arrival.whole], data[arrival.whole :]


def passed_on(head: bytes, address: str) -> bytes:
    first, _, rest = OURS_TO_SAY.sub(b"", head).partition(b"\r\n")
    said = f"\r\nX-Forwarded-For: {address}\r\nX-Forwarded-Proto: https\r\n".encode()
    return first + said + rest


async def pass_back(answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*Gone):
        while data := await answers.read(READ_AT_ONCE):
            writer.write(data)
            await asyncio.wait_for(writer.drain(), ANSWER_SECONDS)
    writer.close()


async def listen(host: str, port: int, certificate: Path, inner: tuple[str, int], goes_on: Callable[[], bool]) -> None:
    server = await asyncio.start_server(
        Front(inner).meet, host, port, ssl=context(certificate), ssl_handshake_timeout=HANDSHAKE_SECONDS
    )
    async with server:
        while goes_on():
            await asyncio.sleep(0.5)


def with_parent() -> Callable[[], bool]:
    parent = os.getppid()
    return lambda: os.getppid() == parent
