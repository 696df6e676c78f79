"""Tokens for the API: an access token for minutes, a refresh token good once."""

from typing import Any

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.authentication import SENTENCE, STAMP_CLAIM, USER_CLAIM, holder
from accounts.models import User
from pos.errors import Refused


class TokenNotValid(Refused):
    code = "token_not_valid"
    status = 401
    message = SENTENCE


def issue(user: User) -> dict[str, str]:
    """The refresh token is stored only once it is spent, so that a copy of the database opens nothing."""
    refresh = RefreshToken()
    refresh[USER_CLAIM] = user.pk
    refresh[STAMP_CLAIM] = user.stamp()
    return {"access": str(refresh.access_token), "refresh": str(refresh)}


def renew(refresh: str) -> dict[str, str]:
    token = read(refresh)
    user = holder(token)
    if not user or not spend(token):
        raise TokenNotValid
    return issue(user)


def revoke(refresh: str) -> None:
    spend(read(refresh))


def read(refresh: str) -> RefreshToken:
    try:
        return RefreshToken(refresh)  # type: ignore[arg-type]
    except TokenError:
        raise TokenNotValid from None


def spend(token: RefreshToken) -> bool:
    """False when it was spent already, also by another at the same moment."""
    answer: Any = token.blacklist()
    return bool(answer[1])
