"""A template fragment that rarely changes is rendered once, and shows only its named values."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from pos.templatetags import kept

LINE = Template(
    "{% load i18n kept %}{% kept name=name anew version=v %}{{ name }} {{ version }}{{ secret }}{% endkept %}"
)
FORM = Template("{% load kept %}{% kept name=name %}{% csrf_token %}{{ name }}{% endkept %}")
WORD = Template("{% load i18n kept %}{% kept %}{% translate 'Basket' %}{% endkept %}")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    kept._drawn.clear()
    yield
    kept._drawn.clear()


def test_fragment_is_rendered_once_for_the_same_values() -> None:
    drawn = [LINE.render(Context({"name": name, "v": 1})) for name in ("Tea", "Milk", "Tea")]
    assert drawn == ["Tea 1", "Milk 1", "Tea 1"]
    assert len(kept._drawn) == 2


def test_changing_values_are_filled_in_each_time() -> None:
    drawn = [LINE.render(Context({"name": "Tea", "v": version})) for version in (1, 2, "<b>")]
    assert drawn == ["Tea 1", "Tea 2", "Tea &lt;b&gt;"]
    assert len(kept._drawn) == 1


def test_kept_fragment_sees_only_the_values_it_names() -> None:
    assert LINE.render(Context({"name": "Tea", "v": 1, "secret": "Ana's"})) == "Tea 1"


def test_token_of_one_session_is_never_shown_to_another() -> None:
    pages = [FORM.render(Context({"name": "<Tea>", "csrf_token": token})) for token in ("anas", "bens")]
    for page, token in zip(pages, ("anas", "bens"), strict=True):
        assert page == f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">&lt;Tea&gt;'
    assert not any("anas" in part for drawn in kept._drawn.values() for part in drawn)


def test_each_language_has_its_own() -> None:
    said = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            said.append(WORD.render(Context()))
    assert said == ["Basket", "Korb", "Basket"]


def test_other_currency_is_rendered_anew(settings: Any) -> None:
    price = Template("{% load kept money %}{% kept price=price %}{{ price|money }}{% endkept %}")
    first = price.render(Context({"price": 2}))
    settings.CURRENCY = "JPY"
    assert price.render(Context({"price": 2})) != first


def test_number_of_kept_fragments_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    for name in "ABCDEFG":
        assert LINE.render(Context({"name": name, "v": 1})) == f"{name} 1"
        assert len(kept._drawn) <= 3
