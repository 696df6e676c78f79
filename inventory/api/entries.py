"""Categories and tax rates."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from accounts.models import Permission
from inventory.api.serializers import (
    CategorySerializer,
    TaxRateSerializer,
)
from inventory.goods import catalogue
from inventory.models import Category, TaxRate
from pos.api.lists import Pages
from pos.api.permissions import permitted_write
from pos.api.views import ApiView, done


class Entries(ApiView):
    reads_key = True
    permission_classes = [permitted_write(Permission.GOODS)]
    pagination_class = Pages

    def listing(self) -> Response:
        return self.listed(self.get_queryset())

    def creation(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rows = self.get_queryset()
        once = self.once(rows.model._meta.model_name, asked.validated_data)
        made = once.make(rows, partial(catalogue.enter, rows.model(), by=person(request), **asked.validated_data))
        return done(self.get_serializer(made).data, again=once.again)


class OneEntry(ApiView):
    permission_classes = [permitted_write(Permission.GOODS)]

    def row(self, pk: int) -> Any:
        return get_object_or_404(self.get_queryset(), pk=pk)

    def shown(self, pk: int) -> Response:
        return Response(self.get_serializer(self.row(pk)).data)

    def change(self, request: Request, pk: int) -> Response:
        row = self.row(pk)
        asked = self.get_serializer(row, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changed = catalogue.enter(row, by=person(request), **asked.validated_data)
        return Response(self.get_serializer(changed).data)

    def removal(self, request: Request, pk: int) -> Response:
        catalogue.remove(self.row(pk), by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Categories(Entries):
    serializer_class = CategorySerializer
    queryset = Category.objects.all()

    @extend_schema(operation_id="categories", responses=CategorySerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listing()

    @extend_schema(operation_id="category_create", responses={201: CategorySerializer})
    def post(self, request: Request) -> Response:
        return self.creation(request)


class OneCategory(OneEntry):
    serializer_class = CategorySerializer
    queryset = Category.objects.all()

    @extend_schema(operation_id="category")
    def get(self, request: Request, category_id: int) -> Response:
        return self.shown(category_id)

    @extend_schema(operation_id="category_edit")
    def patch(self, request: Request, category_id: int) -> Response:
        return self.change(request, category_id)

    @extend_schema(operation_id="category_delete", responses={204: None})
    def delete(self, request: Request, category_id: int) -> Response:
        """409 `in_use` while something refers to it."""
        return self.removal(request, category_id)


class TaxRates(Entries):
    permission_classes = [permitted_write(Permission.GOODS), ConfirmedLately]
    serializer_class = TaxRateSerializer
    queryset = TaxRate.objects.all()

    @extend_schema(operation_id="tax_rates", responses=TaxRateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listing()

    @extend_schema(operation_id="tax_rate_create", responses={201: TaxRateSerializer})
    def post(self, request: Request) -> Response:
        return self.creation(request)


class OneTaxRate(OneEntry):
    permission_classes = [permitted_write(Permission.GOODS), ConfirmedLately]
    serializer_class = TaxRateSerializer
    queryset = TaxRate.objects.all()

    @extend_schema(operation_id="tax_rate")
    def get(self, request: Request, tax_rate_id: int) -> Response:
        return self.shown(tax_rate_id)

    @extend_schema(operation_id="tax_rate_edit")
    def patch(self, request: Request, tax_rate_id: int) -> Response:
        return self.change(request, tax_rate_id)

    @extend_schema(operation_id="tax_rate_delete", responses={204: None})
    def delete(self, request: Request, tax_rate_id: int) -> Response:
        """409 `in_use` while something refers to it."""
        return self.removal(request, tax_rate_id)
