"""Collects every sentence marked for translation from the source tree, without gettext programs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils.translation.template import templatize

OURS = "en"
ROOMS = ("pos", "accounts", "inventory", "members", "billing", "reports", "files")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_MARKS = {"ngettext", "ngettext_lazy"}
CONTEXT_MARKS = {"pgettext", "pgettext_lazy"}
A_MARK_IN_A_TEMPLATE = re.compile(
    r"""\b(?:_|gettext|ngettext|pgettext|npgettext)\((?:[^"'()]*(?:u?"(?:\\.|[^"\\])*"|u?'(?:\\.|[^'\\])*'))+[^"'()]*\)"""
)


class Sentence(NamedTuple):
    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def marked() -> dict[Sentence, list[str]]:
    """Each sentence, with the files that contain it."""
    found: dict[Sentence, list[str]] = {}
    for path in sources():
        place = path.relative_to(settings.BASE_DIR).as_posix()
        read = of_python if path.suffix == ".py" else of_template
        for sentence in read(path.read_text()):
            places = found.setdefault(sentence, [])
            if place not in places:
                places.append(place)
    return found


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in sorted((settings.BASE_DIR / room).rglob("*.py")) if "migrations" not in path.parts)
    yield from (path for path in sorted((settings.BASE_DIR / "templates").rglob("*")) if path.is_file())


def of_python(text: str) -> Iterator[Sentence]:
    yield from (sentence for node in ast.walk(ast.parse(text)) if (sentence := of_call(node)))


def of_template(text: str) -> Iterator[Sentence]:
    for call in A_MARK_IN_A_TEMPLATE.findall(templatize(text)):
        if sentence := of_call(ast.parse(call, mode="eval").body):
            yield sentence


def of_call(node: ast.AST) -> Sentence | None:
    if not isinstance(node, ast.Call):
        return None
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
    said = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if name in MARKS and len(said) == 1:
        return Sentence(said[0])
    if name in PLURAL_MARKS and len(said) == 2:
        return Sentence(said[0], plural=said[1])
    if name in CONTEXT_MARKS and len(said) == 2:
        return Sentence(said[1], context=said[0])
    return None


def written_in(language: str) -> Path:
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with written_in(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def bring_up_to_date(language: str) -> Catalog:
    """Adds new sentences without a text, drops unused ones, and writes the .po and .mo files."""
    path = written_in(language)
    before = read(language) if path.exists() else Catalog(locale=language)
    after = Catalog(
        locale=language,
        header_comment="# What the shop says. make messages keeps this in step with the tree.",
        project="pos",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        fuzzy=False,
    )
    for sentence, places in sorted(marked().items()):
        known = before.get(sentence.key, context=sentence.context or None)
        after.add(
            sentence.key,
            known.string if known else None,
            locations=[(place, 0) for place in sorted(places)],
            context=sentence.context or None,
            flags=["python-format"] if "%(" in sentence.singular else [],
        )
    after.creation_date = after.revision_date = before.creation_date
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pofile.write_po(file, after, width=120, include_lineno=False, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, after)
    return after


def missing(catalog: Catalog) -> list[str]:
    """Sentences without a text, or with a missing plural."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]
