"""Rows of a CSV file, written one by one, that a spreadsheet reads as text and figures and never as formulas."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; figures stay figures."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def written(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer: Any = csv.writer(Echo())
    yield "\ufeff"  # or Excel takes the text for Windows-1252
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def download(name: str, rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(written(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
