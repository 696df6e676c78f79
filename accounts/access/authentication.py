"""Authenticates API requests by bearer token or by the key of a machine, with one query at every request."""

from functools import lru_cache
from typing import Any

from django.utils.crypto import constant_time_compare
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.utils import aware_utcnow

from accounts.access import key_requests
from accounts.models import User

BEARER, KEY_BEGINS = b"Bearer ", b"Bearer pos_"
USER_CLAIM, STAMP_CLAIM = "user_id", "stamp"
SENTENCE = "This token is not valid, or no longer. Ask for a new one."


@lru_cache(maxsize=1000)
def signed(raw_token: bytes) -> Token:
    """Parses a token and checks its signature. Cached, because a valid signature stays valid; expiry is checked
    separately."""
    return AccessToken(raw_token)  # type: ignore[arg-type]


class TokenAuthentication(JWTAuthentication):
    """Bearer access tokens. A change of password, role or active state makes them invalid."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        header = self.get_header(request)
        if header is None or not header.startswith(KEY_BEGINS):
            return super().authenticate(request)  # type: ignore[return-value]
        written = header[len(BEARER) :].decode("ascii", "replace").strip()
        user = key_requests.machine(written, request._request)
        return user, user.bounds

    def get_validated_token(self, raw_token: bytes) -> Token:
        try:
            token = signed(raw_token)
            token.check_exp(current_time=aware_utcnow())
        except TokenError:
            raise AuthenticationFailed(SENTENCE, "token_not_valid") from None
        return token

    def get_user(self, validated_token: Token) -> Any:
        if user := holder(validated_token):
            return user
        raise AuthenticationFailed(SENTENCE, "token_not_valid")


def holder(token: Token) -> User | None:
    """The token's user, if still active and with the same password and role."""
    user = User.objects.by_key(token.get(USER_CLAIM))
    if user and user.is_active and constant_time_compare(str(token.get(STAMP_CLAIM)), user.stamp()):
        return user
    return None
