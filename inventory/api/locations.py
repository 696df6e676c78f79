"""Locations and transfers between them; for managers. Goods of the shop's first location have no location."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from inventory.api.buying import Buying
from inventory.api.buying_serializers import ReasonSerializer
from inventory.api.location_serializers import (
    FoundSerializer,
    LocationSerializer,
    NewTransferSerializer,
    TransferSerializer,
)
from inventory.models import Location, Transfer, TransferArrival
from inventory.shelf import bound_keys, locations
from inventory.transfers import transfers
from pos.api.lists import Pages
from pos.api.permissions import ManagersWrite
from pos.api.views import done
from pos.errors import Invalid


class Locations(Buying):
    permission_classes = [ManagersWrite]
    serializer_class = LocationSerializer
    queryset = Location.objects.prefetch_related("taxes")
    places = ("id",)
    pagination_class = Pages
    reads_key = True

    @extend_schema(operation_id="locations", responses=LocationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those beside the shop's first location; none in a shop with a single one."""
        return self.listed(self.own())

    @extend_schema(operation_id="location_create", responses={201: LocationSerializer})
    def post(self, request: Request) -> Response:
        asked = self.asked(LocationSerializer, request)
        verb = partial(locations.enter, Location(), by=person(request), **asked)
        return self.made(self.once("location", asked), verb)


class OneLocation(Buying):
    permission_classes = [ManagersWrite]
    serializer_class = LocationSerializer
    queryset = Location.objects.prefetch_related("taxes")

    def location(self, code: str) -> Location:
        found = get_object_or_404(self.get_queryset(), code__iexact=code.replace("\0", ""))
        bound_keys.refuse_elsewhere(person(self.request), found.pk)
        return found

    @extend_schema(operation_id="location")
    def get(self, request: Request, code: str) -> Response:
        return Response(self.get_serializer(self.location(code)).data)

    @extend_schema(operation_id="location_edit")
    def patch(self, request: Request, code: str) -> Response:
        """Changes the given fields; of `taxes`, the rates named. One with goods, registers or goods on their way is not
        switched off: 409."""
        found = self.location(code)
        asked = self.asked(LocationSerializer, request, instance=found, partial=True)
        changed = locations.enter(found, by=person(request), **asked)
        return Response(self.get_serializer(self.location(changed.code)).data)


class TransferView(Buying):
    serializer_class = TransferSerializer
    places = ("origin", "target")
    queryset = Transfer.objects.select_related("origin", "target", "reverses", "reversal", "by").prefetch_related(
        "arrivals__lines__line", "arrivals__by"
    )

    def arrived(self, number: str, once: Any, verb: Any) -> Response:
        """The transfer as it is after goods arrived, came back or were given up."""
        once.make(TransferArrival.objects.all(), verb)
        return done(self.get_serializer(self.one(number)).data, again=once.again)


class Transfers(TransferView):
    pagination_class = Pages
    ordering: Any = ("-id",)
    reads_key = True

    @extend_schema(operation_id="transfers", responses=TransferSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.own())

    @extend_schema(operation_id="transfer_send", request=NewTransferSerializer, responses={201: TransferSerializer})
    def post(self, request: Request) -> Response:
        """Goods leave a location and are on their way to another. No `from` or `to` is the shop's first location."""
        asked = self.asked(NewTransferSerializer, request)
        gone = {line["product"]: line["quantity"] for line in asked["lines"]}
        if len(gone) < len(asked["lines"]):
            raise Invalid("lines", "Each product is sent once.", "repeated")

        def send() -> Transfer:
            ends = [locations.with_code(asked[end]) for end in ("origin", "target")]
            here, there = (end.pk if end else None for end in ends)
            return transfers.send(gone, by=person(request), origin=here, target=there, note=asked.get("note", ""))

        return self.made(self.once("transfer", asked), send)


class OneTransfer(TransferView):
    @extend_schema(operation_id="transfer")
    def get(self, request: Request, number: str) -> Response:
        return self.answer(number)


class TransferReceive(TransferView):
    reads_key = True

    @extend_schema(operation_id="transfer_receive", request=FoundSerializer, responses={201: TransferSerializer})
    def post(self, request: Request, number: str) -> Response:
        """What was found; what is short stays on its way. More than is on its way is 409 `more_than_sent`."""
        sent = self.one(number)
        asked = self.asked(FoundSerializer, request)
        found = {line["product"]: line["quantity"] for line in asked["lines"]}
        if len(found) < len(asked["lines"]):
            raise Invalid("lines", "Each product arrives once.", "repeated")
        verb = partial(transfers.receive, sent.number, found, by=person(request))
        return self.arrived(sent.number, self.once(f"receipt of transfer {sent.number}", asked), verb)


class TransferCallBack(TransferView):
    reads_key = True

    @extend_schema(operation_id="transfer_call_back", request=ReasonSerializer, responses={201: TransferSerializer})
    def post(self, request: Request, number: str) -> Response:
        """What is still on its way is again where it came from."""
        sent = self.one(number)
        asked = self.asked(ReasonSerializer, request)
        verb = partial(transfers.call_back, sent.number, by=person(request), **asked)
        return self.arrived(sent.number, self.once(f"back of transfer {sent.number}", asked), verb)


class TransferGiveUp(TransferView):
    reads_key = True

    @extend_schema(operation_id="transfer_give_up", request=ReasonSerializer, responses={201: TransferSerializer})
    def post(self, request: Request, number: str) -> Response:
        """What is still on its way is missing: written off where it was to arrive."""
        sent = self.one(number)
        asked = self.asked(ReasonSerializer, request)
        verb = partial(transfers.give_up, sent.number, by=person(request), **asked)
        return self.arrived(sent.number, self.once(f"missing of transfer {sent.number}", asked), verb)


class TransferUndo(TransferView):
    reads_key = True

    @extend_schema(operation_id="transfer_undo", request=ReasonSerializer, responses={201: TransferSerializer})
    def post(self, request: Request, number: str) -> Response:
        """A counter-transfer takes back what arrived, at once; it is answered."""
        sent = self.one(number)
        asked = self.asked(ReasonSerializer, request)
        verb = partial(transfers.undo, sent.number, by=person(request), **asked)
        return self.made(self.once(f"undoing of transfer {sent.number}", asked), verb)
