"""API tokens: a short-lived access token and a single-use refresh token. All tokens of one sign-in form a family, which
lasts some hours."""

from datetime import datetime, timedelta
from time import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import trail
from accounts.access import attempts, browsers
from accounts.access.authentication import SENTENCE, STAMP_CLAIM, USER_CLAIM, holder
from accounts.access.step_up import PROVED
from accounts.models import SpentToken, TokenFamily, User
from pos.errors import Refused

FAMILY_CLAIM = "family"
LOST_ANSWER = timedelta(seconds=60)


class TokenNotValid(Refused):
    code = "token_not_valid"
    status = 401
    message = SENTENCE


def issue(user: User, request: HttpRequest | None = None) -> dict[str, str]:
    """Issues the first pair of a new family, and deletes families that have expired."""
    too_old = timezone.now() - timedelta(hours=settings.SESSION_HOURS)
    TokenFamily.objects.filter(began_at__lt=too_old).delete()
    refresh = RefreshToken()
    refresh[USER_CLAIM] = user.pk
    refresh[STAMP_CLAIM] = user.stamp()
    refresh[PROVED] = int(time())
    place = {"browser": browsers.spoken(request), "address": attempts.address_of(request)} if request else {}
    refresh[FAMILY_CLAIM] = str(TokenFamily.objects.create(user=user, **place).pk)
    return pair(refresh)


def renew(refresh: str) -> dict[str, str]:
    """Exchanges a refresh token for the next pair. A token used a second time ends its family, since somebody else may
    hold it. Exception for a lost answer: within a minute, and while the next token is unused, the same answer is given
    again."""
    token = read(refresh)
    user = holder(token)
    if not user:
        raise TokenNotValid
    following = exchanged(token, user, timezone.now())
    if following is None:
        raise TokenNotValid
    return pair(following)


@transaction.atomic
def exchanged(token: RefreshToken, user: User, now: datetime) -> RefreshToken | None:
    family = (
        TokenFamily.objects.select_for_update().filter(pk=token.get(FAMILY_CLAIM), user=user, ended_at=None).first()
    )
    if family is None:
        return None
    spent, _ = SpentToken.objects.get_or_create(name=token["jti"], defaults={"family": family, "spent_at": now})
    following = after(token, spent.spent_at)
    was_used = family.spent.filter(name=following["jti"]).exists()
    if was_used or now - spent.spent_at > LOST_ANSWER:
        end(family, now)
        trail.record(user, "token.reused", user.username)
        return None
    return following


def after(token: RefreshToken, at: datetime) -> RefreshToken:
    """The next refresh token, always the same for the same token; it expires no later than the one before."""
    name = salted_hmac("accounts.refresh", token["jti"], algorithm="sha256").hexdigest()[:32]
    following = RefreshToken()
    following.payload = {**token.payload, "jti": name, "iat": int(at.timestamp())}
    return following


def pair(refresh: RefreshToken) -> dict[str, str]:
    access = refresh.access_token
    access["exp"] = min(access["exp"], refresh["exp"])
    return {"access": str(access), "refresh": str(refresh)}


def revoke(refresh: str) -> None:
    """Ends the family: every token of this sign-in becomes invalid."""
    families = TokenFamily.objects.filter(pk=read(refresh).get(FAMILY_CLAIM), ended_at=None)
    families.update(ended_at=timezone.now())


def end(family: TokenFamily, now: datetime) -> None:
    family.ended_at = now
    family.save(update_fields=["ended_at"])


def read(refresh: str) -> RefreshToken:
    try:
        token: Any = RefreshToken(refresh)  # type: ignore[arg-type]
    except TokenError:
        raise TokenNotValid from None
    return token
