"""Pages travel compressed; answers of the API, which carry tokens, do not."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """What BREACH reads out of compressed pages is not to be had here: the one secret of a page, its CSRF token, is
    masked anew each time, the session's cookie stays at home when another site asks (SameSite), and Django adds a
    random length to every answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
