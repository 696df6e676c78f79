"""A device for trying out and for tests. It signs with a key of its own making and proves nothing to anybody.

Its key and its counters lie in a folder, because a device remembers them, not the till. It has a clock of its own.
"""

import base64
import fcntl
import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.utils.translation import gettext as _

from billing.receipts.signing.device import Begun, DeviceFailed, Process, Signed
from billing.receipts.signing.moments import in_words

ALGORITHM, TIME_FORMAT = "ecdsa-plain-SHA256", "utcTimeWithSeconds"
COORDINATE = 32  # bytes
FOR_US_ALONE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class SimulatedDevice:
    is_simulated = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.key = load_pem_private_key(self.made_key(), password=None)
        except (OSError, ValueError):
            raise DeviceFailed(_("Its folder %(folder)s cannot be used.") % {"folder": folder}) from None
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key, self.serial = base64.b64encode(public).decode(), hashlib.sha256(public).hexdigest()

    def made_key(self) -> bytes:
        path = self.folder / "key.pem"
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new,
        ):
            key = ec.generate_private_key(ec.SECP256R1())
            new.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return path.read_bytes()

    def begin(self, process: Process) -> Begun:
        return Begun(self.counted("transactions"), datetime.now(UTC))

    def finish(self, begun: Begun, process: Process) -> Signed:
        counter, ended_at = self.counted("signatures"), datetime.now(UTC)
        told = (process.till, process.kind, process.data, str(begun.number), str(counter))
        text = ";".join((*told, in_words(begun.at), in_words(ended_at)))
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        halves = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        signature = base64.b64encode(b"".join(half.to_bytes(COORDINATE, "big") for half in halves)).decode()
        return Signed(
            *(self.serial, begun.number, counter, begun.at, ended_at),
            *(ALGORITHM, TIME_FORMAT, signature, self.public_key),
        )

    def counted(self, what: str) -> int:
        """The next number, kept in a file that one till at a time may write."""
        with (self.folder / what).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            number = int(file.read() or 0) + 1
            file.seek(0)
            file.truncate()
            file.write(str(number))
        return number
