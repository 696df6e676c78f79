"""A receiver of web hooks on this machine, for tests."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PROMISED = b"Content-Length: "


class Receiver:
    """Takes one request per connection and gives the answers in order, repeating the last one."""

    def __init__(self, answers: list[bytes], hangs: bool) -> None:
        self.answers, self.hangs, self.heard = answers, hangs, list[bytes]()
        self.over = Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.door.accept()
                Thread(target=self.answer, args=(line,), daemon=True).start()

    def answer(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            self.heard.append(whole(line))
            line.sendall(self.answers[min(len(self.heard), len(self.answers)) - 1])
            if self.hangs:
                self.over.wait(30)


def whole(line: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data or len(data) < data.index(b"\r\n\r\n") + 4 + length(data):
        if not (more := line.recv(65536)):
            break
        data += more
    return data


def length(data: bytes) -> int:
    return int(data.partition(PROMISED)[2].partition(b"\r\n")[0])


@contextmanager
def answering(*answers: bytes, hangs: bool = False) -> Iterator[Receiver]:
    receiver = Receiver(list(answers), hangs)
    server = Thread(target=receiver.serve, daemon=True)
    server.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        receiver.door.shutdown(socket.SHUT_RDWR)
        receiver.door.close()
        server.join()
