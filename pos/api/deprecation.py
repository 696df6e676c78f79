"""Marks a route that will go: its answers say so a year ahead, and so does the OpenAPI document."""

from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.http import http_date

NOTICE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Since when it is said that the route goes, the first day without it, and the path to use instead."""

    since: date
    gone: date
    instead: str = ""

    def __post_init__(self) -> None:
        if self.gone < self.since + NOTICE:
            raise ValueError(f"A route goes twelve months after it was announced, not before {self.since + NOTICE}.")

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 9745 and RFC 8594."""
        told = {"Deprecation": f"@{timegm(self.since.timetuple())}", "Sunset": http_date(timegm(self.gone.timetuple()))}
        return {**told, "Link": f'<{self.instead}>; rel="successor-version"'} if self.instead else told

    @property
    def sentence(self) -> str:
        use = f" Use `{self.instead}`." if self.instead else ""
        return f"Deprecated since {self.since}; gone from {self.gone} on.{use}"
