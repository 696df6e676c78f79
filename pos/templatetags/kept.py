"""A template tag for pieces of a page that rarely change: drawn once for the same values, and kept."""

from collections.abc import Mapping

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
Values = Mapping[str, FilterExpression]
MOST = 2000
SIGN = "\0"  # no text from the database holds it
_drawn: dict[tuple[object, ...], list[str]] = {}  # every second part is the name of a value put in anew


class Kept(template.Node):
    def __init__(self, inside: NodeList, given: Values, anew: Values) -> None:
        self.inside, self.given, self.anew = inside, given, anew

    def render(self, context: Context) -> SafeString:
        given = {name: value.resolve(context) for name, value in self.given.items()}
        anew = {name: value.resolve(context) for name, value in self.anew.items()}
        anew["csrf_token"] = context.get("csrf_token", "")
        key = (self, get_language(), settings.CURRENCY, *given.values())
        drawn = _drawn.get(key)
        if drawn is None:
            inside = self.inside.render(context.new({**given, **{name: place(name) for name in anew}}))
            drawn = inside.split(SIGN)
            if len(_drawn) >= MOST:
                _drawn.clear()
            _drawn[key] = drawn
        escaped = {name: conditional_escape(value) for name, value in anew.items()}
        parts = drawn.copy()
        parts[1::2] = [escaped[name] for name in parts[1::2]]
        return mark_safe("".join(parts))  # noqa: S308  the template has escaped it


def place(name: str) -> str:
    """Where the value goes."""
    return f"{SIGN}{name}{SIGN}"


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """Draws what is inside once for each language and set of values, which are hashed: `{% kept line=line anew
    version=basket.version %}`.

    Inside, only these values exist. Those after `anew`, and the CSRF token, are put in each time: they can be shown,
    but nothing inside can depend on them.
    """
    words = token.split_contents()[1:]
    at = words.index("anew") if "anew" in words else len(words)
    given, anew = token_kwargs(words[:at], parser), token_kwargs(words[at + 1 :], parser)
    inside = parser.parse(["endkept"])
    parser.delete_first_token()
    return Kept(inside, given, anew)
