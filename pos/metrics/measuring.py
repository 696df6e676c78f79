"""Counts and times each request. In the settings only where /metrics is on."""

from collections.abc import Callable
from functools import cache
from time import perf_counter

from django.http import HttpRequest, HttpResponse

from pos.metrics import figures, pools
from pos.web import request_id

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ELSE = "-"  # what clients make up must not become a label


seconds_of, refusals_for = cache(figures.SECONDS.labels), cache(figures.REFUSALS.labels)


class Measured:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        if figures.are_shared():
            pools.begin()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        request_id.refused.set("")
        answer = self.get_response(request)
        found = request.resolver_match
        method = request.method if request.method in METHODS else ELSE
        route = f"/{found.route}" if found else ELSE
        seconds_of(method, route, answer.status_code).observe(perf_counter() - begun)
        if answer.status_code >= 400 and (code := request_id.refused.get()):
            refusals_for(code).inc()
        return answer
