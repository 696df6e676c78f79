"""A till's file of acknowledged sales: each is on the disk before the till sells on."""

import os
import threading
from pathlib import Path
from uuid import UUID


class Acknowledged:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.lock, self.count = path, threading.Lock(), 0
        self.file = path.open("ab", buffering=0)

    def note(self, key: UUID, number: str) -> None:
        with self.lock:
            self.file.write(f"{key} {number}\n".encode())
            os.fsync(self.file.fileno())
            self.count += 1

    def read(self) -> dict[UUID, str]:
        told = (line.split() for line in self.path.read_text().splitlines())
        return {UUID(key): number for key, number in told}
