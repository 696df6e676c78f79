import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from pos.errors import TooLarge


class StrictJson(BaseParser):
    """JSON of a bounded size, without NaN, NUL or half characters."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=no_constant)
            if b"\\u" in body:
                for text in strings(data):
                    text.encode()
                    if "\0" in text:
                        raise ValueError("a NUL character")
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not JSON the shop can read: {str(error)[:200] or 'nested too deep'}.") from None
        return data


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)
