"""Counts and times each request. In the settings only where /metrics is on."""

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from pos.metrics.figures import ANSWERS, IN_USE, MOST, REFUSALS, SECONDS
from pos.postgres import base
from pos.web import request_id

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ELSE = "-"  # what clients make up must not become a label


class Measured:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        for alias, database in settings.DATABASES.items():
            in_use = IN_USE.labels(alias)
            MOST.labels(alias).set(database["OPTIONS"]["pool"]["max_size"])
            base.watch_pool(alias, in_use.inc)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        request_id.refused.set("")
        answer = self.get_response(request)
        found = request.resolver_match
        method = request.method if request.method in METHODS else ELSE
        SECONDS.labels(method, f"/{found.route}" if found else ELSE).observe(perf_counter() - begun)
        ANSWERS.labels(answer.status_code).inc()
        if answer.status_code >= 400 and (code := request_id.refused.get()):
            REFUSALS.labels(code).inc()
        return answer
