"""Labels for shelves and goods; for those who look after goods."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.utils.text import format_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.models import Permission
from inventory.labels import document, wanted
from inventory.labels.papers import KINDS, MOST_PLACES, PAPERS, USUAL
from pos.api.fields import IdField, MomentField, StrictSerializer
from pos.api.json import QuickJson
from pos.api.permissions import permitted
from pos.api.renderers import HtmlRenderer
from pos.api.views import ApiView

NAMED = [(slug, format_lazy("{}", paper.name)) for slug, paper in PAPERS.items()]


class LabelLineSerializer(StrictSerializer):
    product = IdField()
    count = serializers.IntegerField(min_value=1, max_value=wanted.MOST_OF_ONE, required=False, default=1)


class LabelSheetSerializer(StrictSerializer):
    lines = LabelLineSerializer(many=True, required=False, allow_empty=False, max_length=wanted.MOST_PRODUCTS)
    changed_since = MomentField(
        required=False, help_text="instead of lines: one label of each product on sale whose price changed since"
    )
    paper = serializers.ChoiceField(NAMED, required=False, default=USUAL)
    kind = serializers.ChoiceField(list(KINDS.items()), required=False, default=next(iter(KINDS)))
    first = serializers.IntegerField(
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        default=1,
        help_text="the first place of a sheet that is begun, counted row by row",
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if ("lines" in asked) == ("changed_since" in asked):
            raise ValidationError({"lines": "Give either lines or changed_since."}, "required")
        places = PAPERS[asked["paper"]].on_a_page
        if asked["first"] > places:
            raise ValidationError({"first": f"A page of this paper has {places} labels."}, "max_value")
        return asked


class LabelSheets(ApiView):
    serializer_class = LabelSheetSerializer
    permission_classes = [permitted(Permission.GOODS)]
    renderer_classes = (QuickJson, HtmlRenderer)

    @extend_schema(operation_id="labels_sheet", responses={(200, HtmlRenderer.media_type): OpenApiTypes.STR})
    def post(self, request: Request) -> HttpResponse:
        """Labels as a file for a browser to print at full size and without margins, in the language of the shop.
        It changes nothing. More than a printer should be asked for at once is 413."""
        checked = self.get_serializer(data=request.data)
        checked.is_valid(raise_exception=True)
        asked = checked.validated_data
        counts: Counter[int] = Counter()
        if "changed_since" in asked:
            counts.update(wanted.changed_since(asked["changed_since"]))
        for line in asked.get("lines", []):
            counts[line["product"]] += line["count"]
        return HttpResponse(document.written(counts, PAPERS[asked["paper"]], asked["kind"], asked["first"]))
