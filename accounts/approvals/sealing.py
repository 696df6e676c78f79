"""Encrypts an approval's size where the asker must not know it: how far a price is below cost reveals what the goods
cost. The asker passes the sealed text on to the managers."""

import secrets
from decimal import Decimal

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Action, User

SEALED_ACTIONS = {Action.BELOW_COST}
MARK, NONCE, LENGTH = "sealed-", 12, 8
PATTERN = rf"^{MARK}[0-9a-f]{{{2 * (NONCE + LENGTH + LENGTH)}}}$"
THOUSANDTH = Decimal("0.001")


def is_sealed_for(user: User, action: str) -> bool:
    return action in SEALED_ACTIONS and not user.is_manager


def seal(size: Decimal) -> str:
    nonce = secrets.token_bytes(NONCE)
    hidden = xor(int(size / THOUSANDTH).to_bytes(LENGTH, "big"), stream("hide", nonce))
    return MARK + (nonce + hidden + stream("sign", nonce + hidden)).hex()


def opened(text: str) -> Decimal | None:
    """The size; None if this shop did not seal the text."""
    try:
        sealed = bytes.fromhex(text.removeprefix(MARK))
    except ValueError:
        return None
    signed, signature = sealed[:-LENGTH], sealed[-LENGTH:]
    if len(sealed) != NONCE + 2 * LENGTH or not constant_time_compare(signature.hex(), stream("sign", signed).hex()):
        return None
    nonce, hidden = signed[:NONCE], signed[NONCE:]
    return int.from_bytes(xor(hidden, stream("hide", nonce)), "big") * THOUSANDTH


def stream(purpose: str, value: bytes) -> bytes:
    return salted_hmac(f"accounts.sealing.{purpose}", value.hex(), algorithm="sha256").digest()[:LENGTH]


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
