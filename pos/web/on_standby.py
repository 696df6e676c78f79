"""Views that read from the standby (`pos.postgres.standby`); the page says how far that is behind."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from pos.postgres import standby
from pos.postgres.standby import Standing

View = Callable[..., HttpResponseBase]


def on_standby(view: View) -> View:
    """For views that only read. The template finds `request.standby`."""

    @wraps(view)
    def reads(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def read(standing: Standing | None) -> HttpResponseBase:
            request.standby = standing  # type: ignore[attr-defined]
            answer = view(request, *args, **kwargs)
            alias = standby.source.get()
            is_made_later = isinstance(answer, StreamingHttpResponse) and not isinstance(answer, FileResponse)
            if is_made_later and alias != DEFAULT_DB_ALIAS:
                answer.streaming_content = read_from(alias, iter(answer))  # type: ignore[attr-defined]
            return answer

        return standby.first_on_standby(read)

    return reads


def read_from(alias: str, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts of a file are read after the view has answered."""
    while True:
        with standby.reading_from(alias):
            part = next(parts, None)
        if part is None:
            return
        yield part
