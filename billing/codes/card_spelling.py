"""Makes, formats and hashes the codes of gift cards and store credit; only the hash is stored."""

import hashlib
import re
from uuid import UUID

from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


MISREAD = str.maketrans("OIL", "011")


CODE_BYTES, CODE_LENGTH = 10, 16


SPELLED = re.compile(r"[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){3}|(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z]{16}", re.ASCII)


def code_for(key: UUID) -> str:
    """An 80-bit code that only this shop can derive from the key. The same key gives the same code, so that a repeated
    answer has the same code."""
    made = int.from_bytes(salted_hmac("billing.credit", str(key), algorithm="sha256").digest()[:CODE_BYTES], "big")
    signs = [ALPHABET[made >> (5 * place) & 31] for place in range(CODE_LENGTH)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, CODE_LENGTH, 4))


def plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper()).translate(MISREAD)


def is_like_one(code: str) -> bool:
    """Whether the text has the form of a card code. Product codes are shorter or consist of digits only."""
    return bool(SPELLED.fullmatch(code.strip()))


def digest(code: str) -> bytes:
    return hashlib.sha256(plain(code).encode()).digest()
