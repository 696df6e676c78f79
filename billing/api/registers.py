"""The API's registers: what they are, their scanners and printers, and the tiles of their screens."""

from functools import partial

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api.once import checked
from billing.api.serializers.registers import (
    ChosenSerializer,
    DevicesSerializer,
    FavouritesSerializer,
    RegisterChangeSerializer,
    RegisterSerializer,
    ScreenSerializer,
)
from billing.basket import customer_display
from billing.drawer import favourites, registers
from billing.models import Register, Shift
from inventory.shelf import locations
from pos.api.lists import Pages
from pos.api.permissions import IsManager, IsStaffMember, ManagersWrite
from pos.api.views import ApiView, done


def with_open_shift() -> QuerySet[Register]:
    running = Shift.objects.open().filter(register=OuterRef("pk"))
    return Register.objects.select_related("location").annotate(shift=Subquery(running.values("pk")[:1]))


class Registers(ApiView):
    serializer_class = RegisterSerializer
    reads_key = True
    permission_classes = [ManagersWrite]
    pagination_class = Pages

    @extend_schema(operation_id="registers", responses=RegisterSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        return self.listed(with_open_shift())

    @extend_schema(operation_id="register_create", responses={201: RegisterSerializer})
    def post(self, request: ApiRequest) -> Response:
        asked = checked(self.get_serializer(data=request.data)).validated_data
        once = self.once("register", asked)
        given = {**asked, "location": locations.known(asked.get("location"))}
        made = once.make(Register.objects.all(), partial(registers.add, **given, by=request.user))
        return done(self.get_serializer(with_open_shift().get(pk=made.pk)).data, again=once.again)


class OfRegister(ApiView):
    permission_classes = [ManagersWrite]

    def register(self, code: str) -> Register:
        return get_object_or_404(with_open_shift(), code__iexact=code)


class OneRegister(OfRegister):
    serializer_class = RegisterSerializer

    @extend_schema(operation_id="register")
    def get(self, request: ApiRequest, code: str) -> Response:
        return Response(self.get_serializer(self.register(code)).data)

    @extend_schema(operation_id="register_change", request=RegisterChangeSerializer)
    def patch(self, request: ApiRequest, code: str) -> Response:
        """Change a register's name or location, or switch it off while its shift is closed."""
        register = self.register(code)
        asked = checked(RegisterChangeSerializer(data=request.data, partial=True)).validated_data
        registers.change_parts(register.code, by=request.user, **asked)
        return Response(self.get_serializer(self.register(code)).data)


class RegisterDevices(OfRegister):
    serializer_class = DevicesSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="register_devices")
    def get(self, request: ApiRequest, code: str) -> Response:
        return Response(self.get_serializer(self.register(code)).data)

    @extend_schema(operation_id="register_devices_change")
    def patch(self, request: ApiRequest, code: str) -> Response:
        """Set the scanner and the receipt printer of a register. A printer outside the shop's own network is 409
        `not_our_printer`."""
        register = self.register(code)
        asked = checked(self.get_serializer(data=request.data, partial=True)).validated_data
        registers.change_parts(register.code, by=request.user, **asked)
        return Response(self.get_serializer(self.register(code)).data)


class RegisterFavourites(OfRegister):
    serializer_class = FavouritesSerializer

    @extend_schema(operation_id="register_favourites")
    def get(self, request: ApiRequest, code: str) -> Response:
        """The products with a tile of their own at this register, in order."""
        return Response(self.get_serializer(self.register(code)).data)

    @extend_schema(operation_id="register_favourites_set", request=ChosenSerializer)
    def put(self, request: ApiRequest, code: str) -> Response:
        """Set the whole list of tiles, in order."""
        register = self.register(code)
        asked = checked(ChosenSerializer(data=request.data)).validated_data
        favourites.put(register, asked["products"], by=request.user)
        return Response(self.get_serializer(self.register(code)).data)


class RegisterScreen(OfRegister):
    serializer_class = ScreenSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="register_screen")
    def get(self, request: ApiRequest, code: str) -> Response:
        """The customer's screen of a register: its page, and the code that pairs it for some minutes."""
        register = self.register(code)
        page, pairing = reverse("display", args=[register.code]), customer_display.pairing_code(register)
        return Response({"page": page, "pairing_code": pairing}, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="register_screen_unpair", responses={204: None})
    def delete(self, request: ApiRequest, code: str) -> Response:
        """End the pairing: screens that show this register show nothing any more."""
        customer_display.unpair(self.register(code), by=request.user)
        return Response(status=204)
