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
_drawn: dict[tuple[object, ...], str] = {}


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
            drawn = self.inside.render(context.new({**given, **{name: place(name) for name in anew}}))
            if len(_drawn) >= MOST:
                _drawn.clear()
            _drawn[key] = drawn
        for name, value in anew.items():
            drawn = drawn.replace(place(name), conditional_escape(value))
        return mark_safe(drawn)  # noqa: S308  the template has escaped it


def place(name: str) -> str:
    """Where the value goes. No text from the database holds this sign."""
    return f"\0{name}\0"


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
