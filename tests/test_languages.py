"""Pages are in English or German; the API is always in English."""

import re
from collections import Counter

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import User
from pos import message_catalog
from tests import cast

GERMAN = {"headers": {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}}
OTHERS = [code for code, _ in settings.LANGUAGES if code != message_catalog.OURS]
A_VALUE = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.mark.parametrize("language", OTHERS)
def test_every_marked_sentence_is_translated(language: str) -> None:
    catalog = message_catalog.read(language)
    written = {message_catalog.Sentence(*of_message(message)) for message in catalog if message.id}
    assert message_catalog.marked().keys() == written, "run make messages"
    assert not message_catalog.missing(catalog)
    assert not [message.id for message in catalog if message.id and message.fuzzy]


def of_message(message: Message) -> tuple[str, str, str]:
    singular, plural = message.id if isinstance(message.id, tuple) else (message.id, "")
    return singular, plural, message.context or ""


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_keeps_the_placeholders(language: str) -> None:
    for message in message_catalog.read(language):
        if message.id:
            singular, plural = message.id if isinstance(message.id, tuple) else (message.id, "")
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = Counter(A_VALUE.findall(plural or singular))
            assert Counter(A_VALUE.findall(texts[-1])) == wanted, message.id
            assert all(set(A_VALUE.findall(text)) <= wanted.keys() for text in texts), message.id
            assert not any('"' in str(text) for text in texts), "it would end an attribute: „so“"


@pytest.mark.parametrize("language", OTHERS)
def test_compiled_catalogue_matches_the_translations(language: str) -> None:
    with translation.override(language):
        for message in message_catalog.read(language):
            if message.id and not message.context and not isinstance(message.id, tuple):
                assert translation.gettext(message.id) == message.string


def test_sign_in_page_is_in_the_language_of_the_browser(client: Client, db: None) -> None:
    page = client.get("/sign-in", **GERMAN)
    assert '<html lang="de">' in page.text and "Anmelden" in page.text
    assert '<html lang="en">' in client.get("/sign-in", headers={"Accept-Language": "fr"}).text


def test_language_can_be_chosen_before_signing_in(client: Client, db: None) -> None:
    answer = client.post("/language", {"language": "de", "next": "/sign-in?next=/till"})
    assert answer.headers["Location"] == "/sign-in?next=/till"
    assert "Anmelden" in client.get("/sign-in").text


def test_the_choice_of_a_person_follows_them_to_another_till(ana: User, ana_web: Client) -> None:
    ana_web.post("/language", {"language": "de", "next": "/password"})
    ana.refresh_from_db()
    assert ana.language == "de"
    elsewhere = Client()
    elsewhere.post("/sign-in", {"username": "ana", "password": cast.PASSWORD})
    assert "Ihr Passwort" in elsewhere.get("/password").text


def test_the_choice_ends_with_the_sign_out(ana_web: Client) -> None:
    ana_web.post("/language", {"language": "de"})
    ana_web.post("/sign-out")
    assert "Sign in" in ana_web.get("/sign-in").text


def test_choice_can_be_handed_back_to_the_browser(ana: User, ana_web: Client) -> None:
    ana_web.post("/language", {"language": "de"})
    ana_web.post("/language", {"language": ""})
    ana.refresh_from_db()
    assert ana.language == ""
    assert "Your password" in ana_web.get("/password").text


def test_unknown_language_is_refused(ana: User, ana_web: Client) -> None:
    for nonsense in ["xx", "de\0", "d" * 500, "../../de"]:
        assert ana_web.post("/language", {"language": nonsense}).status_code == 400
    ana.refresh_from_db()
    assert ana.language == ""


def test_way_back_after_choosing_a_language_stays_in_the_shop(ana_web: Client) -> None:
    answer = ana_web.post("/language", {"language": "de", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/till"


def test_the_api_speaks_english_whatever_the_browser_asks(ana_api: Client) -> None:
    def said(headers: dict[str, str]) -> list[bytes]:
        headers = {"X-Request-Id": "one-and-the-same", **headers}
        users, nothing = ana_api.get("/api/v1/users", headers=headers), ana_api.get("/api/v1/nothing", headers=headers)
        return [users.content, nothing.content, ana_api.post("/api/v1/bills", {}, headers=headers).content]

    assert said(GERMAN["headers"]) == said({})


def test_a_fault_speaks_the_language_of_the_browser(may_web: Client) -> None:
    page = may_web.get("/nowhere", **GERMAN)
    assert page.status_code == 404 and "Unter dieser Adresse gibt es nichts." in page.text
