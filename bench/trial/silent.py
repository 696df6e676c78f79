"""A printer, a mail server and a receiver of web hooks, all on 127.0.0.1, that answer at once or not at all."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

HERE = "127.0.0.1"
LOOK, PATIENCE, QUEUE = 0.1, 5.0, 8
Served = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True)
class Partners:
    """Their ports. They answer while `answers` is set; otherwise they take a connection and say nothing, and the
    printer does not even take it: its bytes would fit into the socket's own buffer."""

    printer: int
    mail: int
    receiver: int
    answers: threading.Event

    def environment(self) -> dict[str, str]:
        return {"EMAIL_URL": f"smtp://{HERE}:{self.mail}", "WEBHOOK_PRIVATE_RECEIVERS": HERE}


@contextmanager
def partners() -> Iterator[Partners]:
    """They say nothing at first."""
    answers, over = threading.Event(), threading.Event()
    doors = [socket.create_server((HERE, 0), backlog=backlog) for backlog in (0, 100, 100)]
    running = [
        threading.Thread(target=opened, args=(door, served, answers, over), daemon=True)
        for door, served in zip(doors, (prints, mails, receives), strict=True)
    ]
    for thread in running:
        thread.start()
    printer, mail, receiver = (int(door.getsockname()[1]) for door in doors)
    try:
        yield Partners(printer, mail, receiver, answers)
    finally:
        over.set()
        for thread, door in zip(running, doors, strict=True):
            thread.join()
            door.close()


def opened(door: socket.socket, served: Served, answers: threading.Event, over: threading.Event) -> None:
    """Serves whoever connects while it answers. While it does not, the printer's queue is full."""
    door.settimeout(LOOK)
    waiting: list[socket.socket] = []
    while not over.is_set():
        if answers.is_set():
            close(waiting)
            with suppress(TimeoutError):
                threading.Thread(target=quietly, args=(served, door.accept()[0]), daemon=True).start()
        else:
            if served is prints and not waiting:
                waiting += [queued(door) for _ in range(QUEUE)]
            answers.wait(LOOK)
    close(waiting)


def queued(door: socket.socket) -> socket.socket:
    line = socket.socket()
    line.setblocking(False)
    line.connect_ex(door.getsockname())
    return line


def close(lines: list[socket.socket]) -> None:
    while lines:
        lines.pop().close()


def quietly(served: Served, line: socket.socket) -> None:
    with line, suppress(OSError, ValueError):
        line.settimeout(PATIENCE)
        served(line)


def prints(line: socket.socket) -> None:
    while line.recv(65536):
        pass


def mails(line: socket.socket) -> None:
    said = line.makefile("rb")
    line.sendall(b"220 here\r\n")
    for command in said:
        verb = command[:4].upper()
        if verb == b"DATA":
            line.sendall(b"354 go on\r\n")
            while said.readline() not in (b".\r\n", b""):
                pass
        line.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 done\r\n")


def receives(line: socket.socket) -> None:
    said, length = line.makefile("rb"), 0
    while header := said.readline().strip():
        if header.lower().startswith(b"content-length:"):
            length = int(header.split(b":")[1])
    said.read(length)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
