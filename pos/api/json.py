"""How the API reads and writes JSON."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from pos.bounds import MOST_VALUES, levels, refuse_unwieldy
from pos.errors import TooLarge

MOST_BYTES, MOST_COMMAS = 2_621_440, 4 * MOST_VALUES  # strings may contain commas too

ANYTHING = "*/*"


class StrictJson(BaseParser):
    """JSON of limited size and depth, without NaN, NUL or lone surrogates."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES or body.count(b",") > MOST_COMMAS:
            raise TooLarge
        if body.count(b"[") + body.count(b"{") > MOST_VALUES:
            raise ParseError("This is not JSON the shop can read: it holds too many lists and objects.")
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=no_constant)
            refuse_unwieldy(data)
            if b"\\u" in body:
                for text in strings(data):
                    text.encode()
                    if "\0" in text:
                        raise ValueError("a NUL character")
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not JSON the shop can read: {str(error)[:200] or 'nested too deep'}.") from None
        return data


class QuickJson(JSONRenderer):
    """REST framework's JSON, written in a tenth of the time; as REST framework writes it with `indent`, and what is
    nested deeper or has larger numbers than orjson writes."""

    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        context = renderer_context or {}
        if data is not None and self.get_indent(accepted_media_type or "", context) is None:
            with suppress(orjson.JSONEncodeError):
                return orjson.dumps(data, default=self.encoder_class().default, option=self.options)
        return bytes(super().render(data, accepted_media_type, context))


class JsonUnlessAskedOtherwise(DefaultContentNegotiation):
    """REST framework's choice, made at once where the client takes anything."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        if format_suffix is None and request.META.get("HTTP_ACCEPT", ANYTHING) == ANYTHING:
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def strings(data: Any) -> Iterator[str]:
    for level in levels(data):
        for value in level:
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                yield from value
