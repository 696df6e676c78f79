"""Text shown to people is marked for translation: in templates, refusals and messages. CONTRIBUTING.md says how."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from pos import message_catalog

HERE = settings.BASE_DIR
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
SAME_EVERYWHERE = re.compile(r"\b(?:F\d+|Esc|VIP|PIN|OK|UTC|kg|ms|rsaquo|nbsp|amp|br)\b")
TRANSLATED = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|{% comment %}.*?{% endcomment %}", re.DOTALL)
OF_DJANGO = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SPOKEN = re.compile(r"""\s(?:aria-label|title|placeholder|alt|label)="([^"]*)\"""")
OF_HTML = re.compile(r"<[^>]*>", re.DOTALL)
HANDED_ON = re.compile(
    r"""(?:\|default:|\s(?:label|heading|caption|hint)=)("[A-Za-z][^"]*")|\|date:("(?!c"|Y-m-d)[^"]+")"""
)
# Files whose text is for programs or the command line.
FOR_PROGRAMS = re.compile(
    r"(^|/)(api|import\w*|search_sql|page_files|clock|settings|worker)\.py$"
    r"|/(migrations|management|audit|api|embedded|postgres)/"
)
FAULTS = {"ValueError", "TooDeep", "TypeError", "ImproperlyConfigured", "CommandError", "Http404"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HERE / "templates")))
def test_every_word_of_a_template_is_marked(path: Path) -> None:
    assert unmarked_words(path.read_text()) == []


def unmarked_words(template: str) -> list[str]:
    handed_on = [word or date for word, date in HANDED_ON.findall(template)]
    bare = OF_DJANGO.sub(" ", TRANSLATED.sub(" ", template))
    said = [*SPOKEN.findall(bare), OF_HTML.sub(" ", bare)]
    return handed_on + re.findall(r"[A-Za-z]{2,}", SAME_EVERYWHERE.sub("", " ".join(said)))


def test_unmarked_text_is_found() -> None:
    assert unmarked_words('<p title="Bread">{% if a > b %}Pay {{ due|money }}{% endif %}</p>') == ["Bread", "Pay"]
    assert unmarked_words('{{ at|date:"d M Y" }} {{ name|default:"none" }}') == ['"d M Y"', '"none"']
    assert unmarked_words('{% include "_search.html" with label="Number" %}') == ['"Number"']
    assert (
        unmarked_words('<p>{% translate "Pay" %} {% blocktranslate %}for {{ a }}{% endblocktranslate %} VIP</p>') == []
    )


def test_every_refusal_and_message_is_marked() -> None:
    assert [f"{path}:{line}" for path in modules() for line in unmarked(path)] == []


def modules() -> list[Path]:
    found = [path.relative_to(HERE) for room in message_catalog.ROOMS for path in sorted((HERE / room).rglob("*.py"))]
    return [path for path in found if not FOR_PROGRAMS.search(path.as_posix())]


def unmarked(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse((HERE / path).read_text())):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message" and is_sentence(node.value):
            yield node.lineno
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and name_of(node.exc) not in FAULTS:
            yield from (node.lineno for said in node.exc.args if is_sentence(said))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("messages."):
            yield from (node.lineno for said in node.args if is_sentence(said))


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def is_sentence(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
