"""The address a request comes from: guesses are counted by it, so clients must not be able to choose it."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from accounts.access import attempts
from accounts.models import User
from pos.web.addresses import networks, proxies_are_named
from tests.clients import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("peer", "said", "known"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "rubbish", "unknown"),
        ("10.0.0.2", ",,", "10.0.0.2"),
        ("203.0.113.9", "10.0.0.2", "203.0.113.9"),
        ("", "198.51.100.1", "unknown"),
        ("2001:db8::5", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_a_proxy_the_shop_named_is_believed(peer: str, said: str, known: str, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8", "2001:db8::/64"])
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": said})
    assert attempts.address_of(request) == known


def test_forged_header_gives_no_more_guesses(ana: User, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answers = [
        sign_in(Client(headers={"X-Forwarded-For": f"198.51.100.{n}"}), f"guess{n}", "wrong").status_code
        for n in range(22)
    ]
    assert answers == [401] * 20 + [429] * 2


def test_unnamed_proxy_is_warned_about(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER, settings.TRUSTED_PROXIES = ("HTTP_X_FORWARDED_PROTO", "https"), []
    assert [found.id for found in proxies_are_named()] == ["pos.W001"]
    settings.TRUSTED_PROXIES = networks(["127.0.0.1"])
    assert proxies_are_named() == []
    with pytest.raises(ImproperlyConfigured):
        networks(["the proxy"])
