"""Imports of lists, by programs."""

from functools import partial

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_204_NO_CONTENT

from accounts.doors import person
from accounts.models import Permission
from files import imports, jobs
from files.api.serializers import ImportSerializer, UploadSerializer, document
from files.models import FileImport, State
from pos.api.lists import Pages
from pos.api.permissions import permitted
from pos.api.views import ApiView, done


class Imports(ApiView):
    """Lists imported so far, the newest first."""

    permission_classes = [permitted(Permission.FILES)]
    parser_classes = [MultiPartParser]
    serializer_class = ImportSerializer
    pagination_class = Pages
    ordering = ("-id",)
    reads_key = True

    @extend_schema(operation_id="imports", responses=ImportSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(FileImport.objects.defer("content", "sample"))
        return self.get_paginated_response([document(row) for row in page or []])

    @extend_schema(
        operation_id="import_create",
        request={"multipart/form-data": UploadSerializer},
        responses={201: ImportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Imports a list as a whole, or nothing: then `errors` or `problem` says why, and `state` stays `open`.

        A long list is `waiting` at first; ask for it again until it is `done` or `open`."""
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        content = wanted.pop("file").read()
        once = self.once("import", {**wanted, "content": imports.digest(content)})
        row = imports.upload(
            content,
            str(asked.validated_data["file"].name),
            wanted["kind"],
            by=person(request),
            sheet=wanted["sheet"],
            once=once,
            matched=wanted["columns"],
            decimal_mark=wanted["decimal_mark"],
        )
        hindered = imports.problem_of(row) or row.report.get("errors")
        if row.state == State.OPEN and wanted["dry_run"] == "false" and not hindered:
            imports.start(row.pk, by=person(request), is_confirmed=wanted["confirm_steep_prices"] == "true")
            if row.rows <= imports.CHECKED_AT_ONCE:
                jobs.work_one(row.pk)
        return done(shown(row.pk), again=once.again)


class OneImport(ApiView):
    permission_classes = [permitted(Permission.FILES)]

    @extend_schema(operation_id="import", responses=ImportSerializer)
    def get(self, request: Request, import_id: int) -> Response:
        return Response(shown(import_id))

    @extend_schema(operation_id="import_drop", responses={204: None})
    def delete(self, request: Request, import_id: int) -> Response:
        """Forgets an upload. 409 once it was imported."""
        imports.drop(import_id, by=person(request))
        return Response(status=HTTP_204_NO_CONTENT)


class ImportUndo(ApiView):
    permission_classes = [permitted(Permission.FILES)]
    reads_key = True

    @extend_schema(operation_id="import_undo", request=None, responses={201: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Takes the whole import back. 409 once something of it was sold, moved or changed."""
        once = self.once(f"undo import {import_id}", {})
        row = once.make(FileImport.objects.all(), partial(imports.undo, import_id, by=person(request)))
        return done(shown(row.pk), again=once.again)


def shown(pk: int) -> object:
    row = imports.find(pk)
    return document(row, jobs.how_far(pk) if row.state == State.WAITING else None)
