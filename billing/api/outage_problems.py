"""The API's sales of outages, for managers: those that wait, settled or closed."""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.doors import person
from accounts.http import ApiRequest
from billing.api import documents
from billing.api.once import answered, checked
from billing.api.serializers.bills import BillSerializer
from billing.api.serializers.outage_problems import (
    BOOKED,
    CLOSED,
    WAITING,
    ClosingProblemSerializer,
    OutageProblemQuery,
    OutageProblemSerializer,
    SettlingSerializer,
    state_of,
)
from billing.drawer.bill_once import Sold
from billing.models import OutageProblem
from billing.outage import problems
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.views import ApiView, done

STATES = {
    WAITING: Q(settled_at=None),
    BOOKED: Q(bill__isnull=False),
    CLOSED: Q(settled_at__isnull=False, bill=None),
}


class OutageProblems(ApiView):
    serializer_class = OutageProblemSerializer
    permission_classes = [IsManager]
    pagination_class = Pages
    query_class = OutageProblemQuery
    ordering = ("id",)

    @extend_schema(operation_id="outage_problems", responses=OutageProblemSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Late sales and sales of outages that a manager has to settle, or has settled, oldest first."""
        found = with_names().filter(STATES[self.query["state"]]) if "state" in self.query else with_names()
        return self.get_paginated_response([told(problem) for problem in self.paginate_queryset(found) or []])


def with_names() -> QuerySet[OutageProblem]:
    return OutageProblem.objects.select_related("register", "posted_by", "settled_by", "bill")


def told(problem: OutageProblem) -> documents.Document:
    kept = problem.content
    return {
        "id": problem.pk,
        "key": problem.key,
        "state": state_of(problem),
        "register": problem.register.code if problem.register else None,
        "number": kept["number"],
        "posted_by": problem.posted_by.username,
        "posted_at": problem.posted_at,
        "sold_at": kept.get("at"),
        "lines": [line_told(line) for line in kept.get("lines", [])] if problem.is_readable else [],
        "total": kept.get("total") if problem.is_readable else None,
        "reasons": problem.differences,
        "bill": problem.bill.number if problem.bill else None,
        "settled_by": problem.settled_by.username if problem.settled_by else None,
        "closed_because": problem.reason or None,
    }


def line_told(line: dict[str, Any]) -> documents.Document:
    named = {name: line.get(name) for name in ("product", "barcode", "name", "tax_rate")}
    return {**named, "quantity": line["quantity"], "unit_price": line["price"]}


class OneOutageProblem(ApiView):
    serializer_class = OutageProblemSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="outage_problem")
    def get(self, request: ApiRequest, problem_id: int) -> Response:
        return Response(told(get_object_or_404(with_names(), pk=problem_id)))


class OutageProblemSettle(ApiView):
    serializer_class = SettlingSerializer
    permission_classes = [IsManager]
    reads_key = True

    @extend_schema(operation_id="outage_problem_settle", request=SettlingSerializer, responses={201: BillSerializer})
    def post(self, request: ApiRequest, problem_id: int) -> Response:
        """Sell it after all, at the prices the customer paid; with `correct_stock`, count the missing goods in."""
        get_object_or_404(OutageProblem, pk=problem_id)
        asked = checked(self.get_serializer(data=request.data)).validated_data
        once = self.once(f"outage problem {problem_id} settled", asked)
        bill = problems.settle(
            problem_id, by=person(request), correct_stock=asked.get("correct_stock", False), once=once
        )
        return answered(Sold(bill, once.again), documents.bill)


class OutageProblemClose(ApiView):
    serializer_class = ClosingProblemSerializer
    permission_classes = [IsManager]
    reads_key = True

    @extend_schema(
        operation_id="outage_problem_close", request=ClosingProblemSerializer, responses=OutageProblemSerializer
    )
    def post(self, request: ApiRequest, problem_id: int) -> Response:
        """Close it without a bill, with the reason why it needs none."""
        get_object_or_404(OutageProblem, pk=problem_id)
        asked = checked(self.get_serializer(data=request.data)).validated_data
        once = self.once(f"outage problem {problem_id} closed", asked)
        problems.close(problem_id, reason=asked["reason"], by=person(request), once=once)
        return done(told(with_names().get(pk=problem_id)), again=once.again, first=200)
