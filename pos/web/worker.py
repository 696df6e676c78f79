"""A gunicorn worker whose threads are protected from slow clients: a thread starts when a request has fully arrived,
and is free once its answer is buffered.

Slow clients wait in the worker's event loop, where they take no thread, and only until a deadline.
"""

import os
import select
import socket
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import TConn, ThreadWorker

from pos.web.arrival import Arrival, refusal

MOST_ARRIVING = 64 * 1024 * 1024
MOST_HELD = 2 * 1024 * 1024
ANSWER_SECONDS, GOODBYE_SECONDS, ORPHAN_SECONDS = 30.0, 2.0, 1.5
READ_AT_ONCE = 64 * 1024
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Line(socket.socket):
    """A client's socket. A thread finds its request already received; its answer is buffered and sent by the event
    loop."""

    held: bytearray
    until: float

    def recv(self, size: int, flags: int = 0) -> bytes:
        return b""

    def arriving(self) -> bytes:
        return super().recv(READ_AT_ONCE)

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.held += data
        self.push()
        while len(self.held) > MOST_HELD:
            left = self.until - time.monotonic()
            if left <= 0 or not select.select([], [self], [], left)[1]:
                raise ConnectionResetError("the client does not read its answer")
            self.push()

    def push(self) -> None:
        """Sends as much as the system accepts now."""
        with suppress(BlockingIOError):
            while self.held:
                sent = self.send(self.held[:READ_AT_ONCE], socket.MSG_DONTWAIT)
                del self.held[:sent]


class Caller(TConn):
    """A connection: its next incoming request and its outgoing answer."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        line = Line(sock.family, sock.type, sock.proto, fileno=sock.detach())
        line.held = bytearray()
        super().__init__(cfg, line, client, server)
        self.data_ready = True
        self.stays = False
        self.weight = 0
        self.await_request(b"")

    def await_request(self, rest: bytes) -> None:
        self.arrival = Arrival(time.monotonic())
        if rest:
            self.arrival.add(rest)

    def init(self) -> None:
        super().init()
        self.sock.until = time.monotonic() + ANSWER_SECONDS
        data = bytes(self.arrival.data)
        self.arrival.data.clear()
        self.parser.unreader.unread(data)

    def refuse(self, status: HTTPStatus) -> None:
        self.sock.held += refusal(status, self.arrival.data)
        self.arrival.data.clear()


class GuardedThreads(ThreadWorker):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: set[Caller] = set()
        self.served: set[Caller] = set()
        self.answering: set[Caller] = set()
        self.leaving: dict[Caller, float] = {}

    @classmethod
    def check_config(cls, cfg: Any, _: Any) -> None:
        if cfg.is_ssl:
            raise ConfigError("TLS belongs to the proxy in front (deploy/): this server speaks plain HTTP.")

    def accept(self, listener: Any) -> None:
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.listen(Caller(self.cfg, sock, client, listener.getsockname()))
        if self.nr_conns >= self.worker_connections and self.arriving:
            self.drop(min(self.arriving, key=lambda caller: caller.arrival.begun))

    def listen(self, conn: Caller) -> None:
        """Waits in the event loop for the rest of the next request."""
        conn.sock.setblocking(False)
        self.arriving.add(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.hear, conn))

    def hear(self, conn: Caller, _: Any) -> None:
        try:
            data = conn.sock.arriving()
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(conn)
            return
        if not conn.arrival.data:
            conn.arrival.begun = time.monotonic()
        conn.arrival.add(data)
        self.consider(conn)

    def consider(self, conn: Caller) -> None:
        """Hands over a complete request, refuses an invalid one, and keeps waiting for an incomplete one."""
        arrival = conn.arrival
        if arrival.refused:
            conn.refuse(arrival.refused)
            self.forget(conn)
            self.say_goodbye(conn)
        elif arrival.is_complete:
            self.forget(conn)
            self.served.add(conn)
            conn.weight = len(arrival.data)
            self.enqueue_req(conn)
        elif arrival.awaits_go:
            arrival.awaits_go = False
            conn.sock.held += GO_ON
            with suppress(OSError):
                conn.sock.push()

    def forget(self, conn: Caller) -> None:
        self.arriving.discard(conn)
        self.answering.discard(conn)
        self.leaving.pop(conn, None)
        with suppress(KeyError, ValueError, OSError):
            self.poller.unregister(conn.sock)

    def drop(self, conn: Caller) -> None:
        self.forget(conn)
        self.nr_conns -= 1
        conn.close()

    def finish_request(self, conn: Caller, fs: Future[bool]) -> None:
        """Back in the event loop: sends the rest of the answer, then waits for the next request."""
        self.served.discard(conn)
        stays = not fs.cancelled() and not fs.exception() and fs.result()
        conn.stays = bool(stays) and self.alive
        if conn.sock.fileno() < 0:
            self.drop(conn)
            return
        conn.sock.setblocking(False)
        if not conn.sock.held:
            self.answered(conn)
            return
        self.answering.add(conn)
        self.poller.register(conn.sock, EVENT_WRITE, partial(self.answer, conn))

    def answer(self, conn: Caller, _: Any) -> None:
        try:
            conn.sock.push()
        except OSError:
            self.drop(conn)
            return
        if not conn.sock.held:
            self.forget(conn)
            self.answered(conn)

    def answered(self, conn: Caller) -> None:
        if not conn.stays:
            self.say_goodbye(conn)
            return
        conn.await_request(conn.parser.unreader.take_buffered())
        self.listen(conn)
        if conn.arrival.data:
            self.consider(conn)

    def say_goodbye(self, conn: Caller) -> None:
        """Closes our half and waits briefly for the client; otherwise the system could cut off the last answer."""
        try:
            conn.sock.push()
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.drop(conn)
            return
        self.leaving[conn] = time.monotonic() + GOODBYE_SECONDS
        self.poller.register(conn.sock, EVENT_READ, partial(self.see_off, conn))

    def see_off(self, conn: Caller, _: Any) -> None:
        try:
            gone = not conn.sock.arriving()
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self.drop(conn)

    def murder_pending(self) -> None:
        """Drops connections past their deadline; if too much data is buffered, drops the largest incoming requests."""
        now = time.monotonic()
        late = [conn for conn in self.arriving if self.is_late(conn, now)]
        late += [conn for conn in self.answering if conn.sock.until < now]
        late += [conn for conn, until in self.leaving.items() if until < now]
        for conn in late:
            self.drop(conn)
        held = sum(conn.weight for conn in self.served) + sum(len(conn.arrival.data) for conn in self.arriving)
        while held > MOST_ARRIVING and self.arriving:
            largest = max(self.arriving, key=lambda conn: len(conn.arrival.data))
            held -= len(largest.arrival.data)
            self.drop(largest)

    def is_late(self, conn: Caller, now: float) -> bool:
        if not conn.arrival.data and (conn.initialized or not self.alive):
            return bool(conn.arrival.begun + min(self.cfg.keepalive, GOODBYE_SECONDS) < now)
        return conn.arrival.deadline < now

    def is_parent_alive(self) -> bool:
        """If the master process is gone, the worker frees the port at once and exits, even if a request still hangs."""
        if super().is_parent_alive():
            return True
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        end = threading.Timer(ORPHAN_SECONDS, os._exit, [1])
        end.daemon = True
        end.start()
        return False
