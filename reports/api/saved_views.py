"""Views of sales kept under a name."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from accounts.models import Permission
from pos import calendar
from pos.api.fields import StrictSerializer, TextField, YesNoField
from pos.api.lists import Pages
from pos.api.permissions import permitted
from pos.api.views import ApiView, done
from reports.figures import saved
from reports.models import SavedView


class ChangedViewSerializer(StrictSerializer):
    name = TextField(max_length=saved.LONGEST_NAME, required=False)
    is_shared = YesNoField(required=False, help_text="every manager sees it")


class NewViewSerializer(StrictSerializer):
    name = TextField(max_length=saved.LONGEST_NAME)
    query = TextField(
        max_length=saved.LONGEST_QUERY,
        allow_blank=True,
        help_text="as after the question mark of `GET /reports/sales`; days that end today move on with the calendar",
    )
    is_shared = YesNoField(default=False, help_text="every manager sees it")


class SavedViewSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.username")
    is_shared = serializers.BooleanField()
    query = serializers.SerializerMethodField(help_text="as of today, for `GET /reports/sales`")

    def get_query(self, view: SavedView) -> str:
        return saved.search(view, calendar.today(), for_page=False)


class SavedViews(ApiView):
    permission_classes = [permitted(Permission.REPORTS)]
    serializer_class = SavedViewSerializer
    queryset = SavedView.objects.none()
    pagination_class = Pages
    reads_key = True

    @extend_schema(operation_id="report_views", responses=SavedViewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your own views of sales, and what others share."""
        return self.listed(saved.shown_to(person(request)))

    @extend_schema(operation_id="report_view_save", request=NewViewSerializer, responses={201: SavedViewSerializer})
    def post(self, request: Request) -> Response:
        """Keeps a question of `GET /reports/sales` under a name."""
        by, checked = person(request), NewViewSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        once = self.once("view of sales", checked.validated_data)
        row = once.make(saved.of(by), partial(saved.save, by=by, **checked.validated_data))
        return done(self.get_serializer(row).data, again=once.again)


class OneSavedView(ApiView):
    permission_classes = [permitted(Permission.REPORTS)]
    serializer_class = SavedViewSerializer
    queryset = SavedView.objects.none()

    def own(self, request: Request, view_id: int) -> SavedView:
        return get_object_or_404(saved.of(person(request)), pk=view_id)

    @extend_schema(operation_id="report_view_change", request=ChangedViewSerializer)
    def patch(self, request: Request, view_id: int) -> Response:
        """Renames one of your own views, shares it or keeps it private."""
        view, checked = self.own(request, view_id), ChangedViewSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        return Response(self.get_serializer(saved.change(view, by=person(request), **checked.validated_data)).data)

    @extend_schema(operation_id="report_view_remove", responses={204: None})
    def delete(self, request: Request, view_id: int) -> Response:
        """Removes one of your own views."""
        saved.remove(self.own(request, view_id), by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
