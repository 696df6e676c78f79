from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import wraps
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Permission
from inventory.shelf import oversold
from pos.api.lists import Pages
from pos.api.permissions import permitted
from pos.api.views import ApiView
from pos.postgres import standby
from reports.api import serializers as shapes
from reports.figures import cashier_activity, periods, queries, shrinkage
from reports.figures.periods import Period


def from_standby(get: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(get)
    def read(*args: Any, **kwargs: Any) -> Any:
        return standby.first_on_standby(lambda _standing: get(*args, **kwargs))

    return read


class Report(ApiView):
    """A report: the serializer renders the whole answer."""

    permission_classes: Sequence[Any] = [permitted(Permission.REPORTS)]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Every report reads from the standby, if there is one."""
        super().__init_subclass__(**kwargs)
        if "get" in vars(cls):
            cls.get = from_standby(vars(cls)["get"])  # type: ignore[attr-defined]

    def answer(self, facts: Any, *, many: bool = False) -> Response:
        return Response(self.get_serializer(facts, many=many).data)


class OverSpan(Report):
    query_class = shapes.SpanQuery

    @property
    def period(self) -> Period:
        return periods.between(self.query["from"], self.query["to"])

    def span(self) -> dict[str, Any]:
        return {"from": self.period.start, "to": self.period.last}


class Revenue(OverSpan):
    serializer_class = shapes.RevenueSerializer

    @extend_schema(operation_id="report_revenue")
    def get(self, request: Request) -> Response:
        """The revenue of these days."""
        return self.answer(self.span() | asdict(queries.revenue(self.period)))


class Transactions(OverSpan):
    serializer_class = shapes.TransactionsSerializer

    @extend_schema(operation_id="report_transactions")
    def get(self, request: Request) -> Response:
        """The number of sales and refunds in these days."""
        found = queries.revenue(self.period)
        return self.answer(self.span() | {"transactions": found.sales, "refunds": found.refunds})


class PurchasedProducts(OverSpan):
    serializer_class = shapes.PurchasedSerializer

    @extend_schema(operation_id="report_purchased_products", responses=shapes.PurchasedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What was sold in these days, by product, best sellers first."""
        return self.answer(queries.purchased_products(self.period), many=True)


class Cashiers(OverSpan):
    serializer_class = shapes.CashierSerializer

    @extend_schema(operation_id="report_cashiers", responses=shapes.CashierSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What each cashier did besides selling, the most unusual first."""
        rows = cashier_activity.compared(self.period)
        return self.answer(
            [{"cashier": row.cashier, "striking": row.striking, **asdict(row.conduct)} for row in rows], many=True
        )


class Shrinkage(OverSpan):
    serializer_class = shapes.ShrinkageSerializer

    @extend_schema(operation_id="report_shrinkage")
    def get(self, request: Request) -> Response:
        """What disappeared from the shelf in these days, by cause: differences of counts, and write-offs by reason."""
        return self.answer(self.span() | shrinkage.told(self.period))


class MonthlyTransactions(Report):
    query_class = shapes.YearQuery
    serializer_class = shapes.MonthlyTransactionsSerializer

    @extend_schema(
        operation_id="report_monthly_transactions", responses=shapes.MonthlyTransactionsSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Twelve rows, January first; a month without sales is zero."""
        months = queries.year_by_month(self.query["year"])
        return self.answer([{"month": month.month, "value": taken.sales} for month, taken in months.items()], many=True)


class MonthlySoldProducts(Report):
    query_class = shapes.YearQuery
    serializer_class = shapes.MonthlySoldProductsSerializer

    @extend_schema(
        operation_id="report_monthly_sold_products", responses=shapes.MonthlySoldProductsSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Twelve rows, January first; a month without sales is zero."""
        months = queries.year_by_month(self.query["year"])
        sold = [(month.month, taken.sold) for month, taken in months.items()]
        return self.answer(
            [{"month": month, "value": sold.pieces, "kilograms": sold.kilograms} for month, sold in sold], many=True
        )


class MembersByTier(Report):
    serializer_class = shapes.MembersByTierSerializer

    @extend_schema(operation_id="report_members_by_tier")
    def get(self, request: Request) -> Response:
        """How many members the shop has; those who left are not counted."""
        return self.answer(queries.members_by_tier())


class CurrentCash(Report):
    serializer_class = shapes.CurrentCashSerializer

    @extend_schema(operation_id="report_current_cash")
    def get(self, request: Request) -> Response:
        """The cash that should be in the drawers now."""
        drawers = queries.drawers()
        return self.answer({"total": queries.cash_in(drawers), "drawers": drawers})


class OutOfStock(Report):
    query_class = shapes.ShelfQuery
    serializer_class = shapes.OutOfStockSerializer
    pagination_class = Pages
    ordering = ("name", "id")

    @extend_schema(operation_id="report_out_of_stock", responses=shapes.OutOfStockSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Products on sale that are out of stock or running low at a location; `lacking_at` says where."""
        low = self.query["state"] == shapes.LOW
        return self.listed(queries.running_low() if low else queries.out_of_stock())


class Oversold(Report):
    serializer_class = shapes.OversoldSerializer
    pagination_class = Pages
    ordering = ("name", "id")

    @extend_schema(operation_id="report_oversold", responses=shapes.OversoldSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Products sold without stock since their last count: `POST /products/{id}/stock` with a count removes one from
        the list."""
        return self.listed(oversold.to_count())
