"""Sample goods to try a new shop with."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from inventory.models import Product
from pos.api.permissions import IsManager
from pos.api.views import ApiView, done
from reports.beginning import samples


class SamplesSerializer(serializers.Serializer[Any]):
    products = serializers.ListField(child=serializers.IntegerField(), help_text="the ids of those on sale")


class Samples(ApiView):
    serializer_class = SamplesSerializer
    permission_classes = [IsManager]
    reads_key = True

    @extend_schema(operation_id="samples_put_up", request=None, responses={201: SamplesSerializer})
    def post(self, request: Request) -> Response:
        """Three products to try the till with. 409 `in_use` where they are there already, or were sold."""
        once = self.once("samples", {})
        once.make(Product.objects.all(), partial(samples.put_up, by=person(request)))
        return done({"products": list(samples.there().values_list("pk", flat=True))}, again=once.again)

    @extend_schema(operation_id="samples_wipe", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take them away; what was sold of them stays in the books, off sale."""
        samples.wipe(by=person(request))
        return Response(status=204)
