"""Page files as production serves them: the browser may keep them."""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import FileResponse, HttpRequest, HttpResponse

SERVE = StaticFilesHandler.serve


class Keepable(StaticFilesHandler):
    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        answer = SERVE(self, request)
        answer["Cache-Control"] = "max-age=600"
        return answer
