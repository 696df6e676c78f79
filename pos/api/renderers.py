"""Content types beside JSON that a view may be asked for by `Accept`."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer


class FileRenderer(BaseRenderer):
    """Names the type; the view writes the file itself. A refusal is JSON whatever was asked for."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return JSONRenderer().render(data)


class CsvRenderer(FileRenderer):
    media_type, format = "text/csv", "csv"


class HtmlRenderer(FileRenderer):
    media_type, format = "text/html", "html"


class PdfRenderer(FileRenderer):
    media_type, format = "application/pdf", "pdf"


class ZipRenderer(FileRenderer):
    media_type, format = "application/zip", "zip"
