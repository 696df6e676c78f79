"""Ten codes on paper for a lost second factor. Each signs in once; only their keyed hashes are stored."""

import secrets

from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from accounts.models import User

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another
HOW_MANY, HALF = 10, 5


def make(user: User) -> list[str]:
    """Makes ten new codes and ends those before. Must run in a transaction that holds the person."""
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery"})
    device.token_set.all().delete()
    codes = [f"{piece()}-{piece()}" for _ in range(HOW_MANY)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=digest(user, code)) for code in codes)
    return codes


def piece() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(HALF))


def digest(user: User, code: str) -> str:
    """As many signs as the library's column takes."""
    return salted_hmac(f"accounts.recovery_code.{user.pk}", plain(code), algorithm="sha256").hexdigest()[:16]


def plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign in SIGNS)


def spend(user: User, code: str) -> bool:
    """Whether the code is one of the person's; it is none afterwards. Must run in a transaction."""
    device = StaticDevice.objects.select_for_update().filter(user=user).first()
    return device is not None and bool(device.verify_token(digest(user, code)))


def left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def drop(user: User) -> None:
    StaticDevice.objects.filter(user=user).delete()
