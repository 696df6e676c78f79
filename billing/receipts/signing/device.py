"""What the till asks of a device that signs its bills: each bill is one transaction that is begun and finished.

A device may take no longer than it is given, holds no lock of the till, and fails with `DeviceFailed` in words.
"""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from django.utils.translation import gettext as _

AT_ONCE = 4  # a device that hangs holds no more threads than these


class DeviceFailed(Exception):
    """The device did not sign; says why."""


@dataclass(frozen=True, slots=True)
class Process:
    """What is signed: the till it was done at, its kind and its data, as the device's rules spell them."""

    till: str
    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class Begun:
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """Signature and public key are in base64."""

    serial: str
    number: int
    counter: int
    begun_at: datetime
    ended_at: datetime
    algorithm: str
    time_format: str
    signature: str
    public_key: str


class Device(Protocol):
    is_simulated: bool

    def begin(self, process: Process) -> Begun: ...

    def finish(self, begun: Begun, process: Process) -> Signed: ...


@cache
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "signing")


def signed(device: Device, process: Process, seconds: float) -> Signed:
    """Begins and finishes, both within so many seconds, or raises DeviceFailed."""
    asked = threads().submit(lambda: device.finish(device.begin(process), process))
    try:
        return asked.result(seconds)
    except TooLong:
        asked.cancel()
        sentence = _("It did not answer within %(seconds)s seconds.")
        raise DeviceFailed(sentence % {"seconds": f"{seconds:g}"}) from None
    except OSError as error:
        raise DeviceFailed(error.strerror or str(error)) from None
