"""How the code of a gift card or store credit is made, spelled and kept: as a digest."""

import hashlib
import re
from uuid import UUID

from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


MISREAD = str.maketrans("OIL", "011")


CODE_BYTES, CODE_LENGTH = 10, 16


SPELLED = re.compile(r"[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){3}|(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z]{16}", re.ASCII)


def code_for(key: UUID) -> str:
    """Eighty bits only this shop can work out, the same for the same key: a repeated answer carries the same code."""
    made = int.from_bytes(salted_hmac("billing.credit", str(key), algorithm="sha256").digest()[:CODE_BYTES], "big")
    signs = [ALPHABET[made >> (5 * place) & 31] for place in range(CODE_LENGTH)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, CODE_LENGTH, 4))


def plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper()).translate(MISREAD)


def is_like_one(code: str) -> bool:
    """Whether it is spelled as the shop spells its cards' codes; goods have fewer signs, or figures alone."""
    return bool(SPELLED.fullmatch(code.strip()))


def digest(code: str) -> bytes:
    return hashlib.sha256(plain(code).encode()).digest()
