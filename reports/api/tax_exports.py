"""Archives for the tax office, by programs."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from pos.api.fields import MomentField, StrictSerializer
from pos.api.json import QuickJson
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.renderers import ZipRenderer
from pos.api.views import ApiView, done
from reports.figures import periods
from reports.models import ExportState, TaxExport
from reports.tax_office import exports


class HandedOverSerializer(StrictSerializer):
    first = serializers.DateField(help_text="the first business date")
    last = serializers.DateField(help_text="the last one")


class TaxExportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    first = serializers.DateField()
    last = serializers.DateField()
    state = serializers.ChoiceField(ExportState.values)
    bills = serializers.IntegerField(help_text="how many there are to be written")
    written = serializers.IntegerField(help_text="deeds written so far: bills, and cash moved without one")
    closings = serializers.IntegerField(help_text="closed shifts in it, once it is done")
    problem = serializers.CharField(help_text="why it was not made")
    size = serializers.IntegerField(help_text="of the file, in bytes")
    sha256 = serializers.CharField(source="digest", help_text="of the file, in hex; empty until it is done")
    by = serializers.CharField(source="by.username")
    created_at = MomentField()
    ended_at = MomentField(allow_null=True)


class TaxExports(ApiView):
    """Archives asked for so far, the newest first."""

    permission_classes = [IsManager]
    serializer_class = TaxExportSerializer
    pagination_class = Pages
    ordering = ("-id",)
    reads_key = True

    @extend_schema(operation_id="tax_exports", responses=TaxExportSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(TaxExport.objects.select_related("by"))
        return self.get_paginated_response(TaxExportSerializer(page or [], many=True).data)

    @extend_schema(operation_id="tax_export_create", request=HandedOverSerializer, responses={201: TaxExportSerializer})
    def post(self, request: Request) -> Response:
        """Asks for the closed shifts that began on these days, as DSFinV-K. A large archive is `waiting` at first; ask
        for it again until it is `done` or `failed`."""
        asked = HandedOverSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("tax export", asked.validated_data)
        period = periods.between(asked.validated_data["first"], asked.validated_data["last"])
        row = exports.ask(period, by=person(request), once=once)
        if row.bills <= exports.AT_ONCE:
            exports.work_one(row.pk)
        return done(TaxExportSerializer(exports.find(row.pk)).data, again=once.again)


class OneTaxExport(ApiView):
    permission_classes = [IsManager]

    @extend_schema(operation_id="tax_export", responses=TaxExportSerializer)
    def get(self, request: Request, export_id: int) -> Response:
        return Response(TaxExportSerializer(exports.find(export_id)).data)


class TaxExportFile(ApiView):
    permission_classes = [IsManager]
    renderer_classes = (QuickJson, ZipRenderer)

    @extend_schema(operation_id="tax_export_file", responses={(200, ZipRenderer.media_type): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: int) -> FileResponse:
        """The archive itself: a ZIP file."""
        path = exports.file_of(export_id)
        name = str(exports.find(export_id))
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=ZipRenderer.media_type)
