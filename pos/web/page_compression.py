"""Compresses pages, but not answers of the API, which contain tokens."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Safe against the BREACH attack: a page's only secret, its CSRF token, is masked anew each time; the session
    cookie is not sent with requests from other sites (SameSite); and Django adds a random length to every answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
