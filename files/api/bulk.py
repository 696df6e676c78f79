"""Up to a thousand products, counts or members in one request."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from accounts.models import Permission
from files import bulk
from files.api.bulk_rows import CountRow, MemberRow, ProductRow, Row
from pos.api import errors
from pos.api.fields import StrictSerializer, YesNoField
from pos.api.items import ItemsField
from pos.api.permissions import permitted
from pos.api.schema import ProblemSerializer
from pos.api.views import ApiView, done


class BulkSerializer(StrictSerializer):
    """The rows are checked one by one, so that a bad one does not keep the others from being taken in."""

    rows: Any = ItemsField(child=serializers.JSONField(), max_length=bulk.MOST, allow_empty=False)
    dry_run = YesNoField(required=False, default=False, help_text="say what would happen, write nothing")
    confirm_steep_prices = YesNoField(
        required=False, default=False, help_text="prices may move by more than a fifth; else that is 409 `steep_prices`"
    )


class BulkProductsSerializer(BulkSerializer):
    """What is new is made, what is known is changed: by SKU, else barcode, else name. What is left out stays."""

    rows = ProductRow(many=True, max_length=bulk.MOST)


class BulkCountsSerializer(BulkSerializer):
    """Each row sets the stock of a known product to what was counted."""

    rows = CountRow(many=True, max_length=bulk.MOST)


class BulkMembersSerializer(BulkSerializer):
    """Who is new is made, who is known is changed: by card number, else e-mail, else phone."""

    rows = MemberRow(many=True, max_length=bulk.MOST)


class RowProblemSerializer(ProblemSerializer):
    """A problem of a row: the same whenever it is told, so no request has named it."""

    request_id = None  # type: ignore[assignment]


class RowResultSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="its place in what was sent, from 0")
    status = serializers.IntegerField(help_text="201 made, 200 known, 400 badly asked, 409 the shop says no")
    id = serializers.IntegerField(allow_null=True, help_text="of the product or member")
    problem = RowProblemSerializer(allow_null=True)


class BulkAnswerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True, help_text="the import, which a manager may undo; null of a dry run")
    dry_run = serializers.BooleanField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    steep_prices = serializers.IntegerField(help_text="prices that move by more than a fifth")
    results = RowResultSerializer(many=True, help_text="one for each row, in the order they were sent")


class Bulk(ApiView):
    """A subclass says which kind of list its rows are, and their shape."""

    permission_classes: Any = [permitted(Permission.GOODS)]
    serializer_class = BulkAnswerSerializer
    reads_key = True
    kind: str
    row: type[Row]

    def take_in(self, request: Request) -> Response:
        body = BulkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data
        asked = self.asked(wanted["rows"], may_be_steep=wanted["confirm_steep_prices"])
        if wanted["dry_run"]:
            return Response(answer(bulk.tried(asked, by=person(request)), self.row().names))
        once = self.once(f"bulk {self.kind}", wanted)
        made = bulk.take_in(asked, by=person(request), once=once)
        return done(answer(made.report, self.row().names, made.pk), again=once.again)

    def asked(self, rows: list[Any], *, may_be_steep: bool) -> bulk.Asked:
        shape, good, faults = self.row(), {}, {}
        for place, row in enumerate(rows):
            try:
                good[place] = shape.cells(shape.run_validation(row))
            except ValidationError as error:
                faults[place] = [(one["field"], one["code"], one["detail"]) for one in errors.faults(error)]
        return bulk.Asked(self.kind, good, faults, may_be_steep)


class BulkProducts(Bulk):
    kind, row = "products", ProductRow

    @extend_schema(operation_id="products_bulk", request=BulkProductsSerializer, responses={201: BulkAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Makes or changes up to 1,000 products. Each row is taken in or refused by itself; the answer has a result for
        each, in order. A dry run is answered 200 and does not use up the key."""
        return self.take_in(request)


class BulkCounts(Bulk):
    kind, row = "counts", CountRow

    @extend_schema(operation_id="stock_bulk", request=BulkCountsSerializer, responses={201: BulkAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Sets the stock of up to 1,000 products to what was counted, and books each difference."""
        return self.take_in(request)


class BulkMembers(Bulk):
    permission_classes = [permitted(Permission.MEMBERS)]
    kind, row = "members", MemberRow

    @extend_schema(operation_id="members_bulk", request=BulkMembersSerializer, responses={201: BulkAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Makes or changes up to 1,000 members. Their PIN is set afterwards, with the member at hand."""
        return self.take_in(request)


def answer(report: dict[str, Any], names: dict[str, str], pk: int | None = None) -> dict[str, Any]:
    return {
        "id": pk,
        "dry_run": pk is None,
        **{name: report[name] for name in ("created", "changed", "unchanged", "refused")},
        "steep_prices": report["steep"],
        "results": [
            {"row": place, "status": status, "id": found, "problem": problem(status, faults, names) if faults else None}
            for place, (status, found, faults) in enumerate(report["results"])
        ],
    }


def problem(status: int, faults: list[bulk.Fault], names: dict[str, str]) -> dict[str, Any]:
    found = [{"field": names.get(field, field), "code": code, "detail": detail} for field, code, detail in faults]
    code = "invalid" if status == bulk.BAD else bulk.REFUSED
    told = errors.problem(status, code, errors.sentence(found), found)
    return {name: part for name, part in told.items() if name != "request_id"}
