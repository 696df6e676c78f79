import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import RequestFactory

from pos.templatetags import shell

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STATIC = settings.BASE_DIR / "static"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_page_obeys_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    get_template(str(path.relative_to(settings.BASE_DIR / "templates")))
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|hx-on|javascript:|hx-vals=.js:", text, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_form_that_posts_carries_its_token(path: Path) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL):
        assert "csrf_token" in form or "_pay_fields.html" in form


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text()))
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z]+)"', path.read_text())}
    assert asked <= drawn


def test_every_stylesheet_of_the_shop_is_in_its_list_once() -> None:
    listed = re.findall(r'@import url\("([^"]+)"\)', (STATIC / "css" / "shop.css").read_text())
    present = {str(path.relative_to(STATIC / "css")) for path in (STATIC / "css").rglob("*.css")} - {
        "shop.css",
        "admin.css",
    }
    assert sorted(listed) == sorted(present)


def test_raw_colours_are_named_only_in_tokens() -> None:
    for path in (STATIC / "css").rglob("*.css"):
        if path.name not in {"tokens.css", "print.css", "receipt.css", "slip.css", "topbar.css", "labels.css"}:
            assert not re.search(
                r"#[0-9a-f]{3,8}\b|oklch|rgb\(|--(paper|ink|green|red|amber|plum|blue)-", path.read_text()
            ), path


def test_page_that_is_not_installed_has_no_navigation_link() -> None:
    here = {"request": RequestFactory().get("/sign-in")}
    assert shell.place(here, "no_such_room", "Nowhere", "till") == {}
    assert shell.place(here, "sign_in", "Sign in", "till")["is_here"] is True
