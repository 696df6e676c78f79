"""Who is asking, and what they may do."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import sign_in
from accounts.access.sign_in import LONGEST_PASSWORD, NotYourPassword
from accounts.doors import person
from accounts.models import Role
from accounts.people import staff
from pos.api.fields import MoneyField, StrictSerializer, TextField
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView
from pos.errors import Refused


class SortedField(serializers.ListField):
    """Of a set: always told in the same order."""

    child = serializers.CharField()

    def to_representation(self, data: Any) -> list[Any]:
        return super().to_representation(sorted(data))


class BoundsSerializer(serializers.Serializer[Any]):
    scopes = SortedField()
    registers = SortedField(help_text="empty: every register")
    locations = SortedField(help_text="`-` is the shop's first one; empty: every location")
    most_per_sale = MoneyField(allow_null=True)
    may_refund = serializers.BooleanField()
    sandbox = serializers.BooleanField(help_text="sells for practice: nothing it sells is booked")


class MeSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(help_text="the cashier of your bills")
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    key = BoundsSerializer(source="bounds", allow_null=True, help_text="what a machine's key allows; null: a person")


class Me(ApiView):
    serializer_class = MeSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="me")
    def get(self, request: Request) -> Response:
        """Who you are to the shop, and what you may do."""
        return Response(MeSerializer(person(request)).data)


class ProvedSerializer(StrictSerializer):
    password = TextField(
        max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True, help_text="the one you have now"
    )


class OwnPasswordSerializer(ProvedSerializer):
    new_password = TextField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)


class OwnPinSerializer(ProvedSerializer):
    pin = TextField(max_length=20, trim_whitespace=False, write_only=True, help_text="six digits")


class WrongPassword(Refused):
    """401 would say that the token is not valid any more."""

    code = "wrong_password"
    status = 403
    message = NotYourPassword.message


class Own(ApiView):
    """What people set for themselves; the password proves who they are."""

    permission_classes = [IsStaffMember]
    problems = (403, 429)

    def asked(self, request: Request) -> dict[str, str]:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            sign_in.verify_again(person(request), serializer.validated_data["password"], request._request)
        except NotYourPassword:
            raise WrongPassword from None
        return dict(serializer.validated_data)


class OwnPassword(Own):
    serializer_class = OwnPasswordSerializer

    @extend_schema(operation_id="own_password_set", responses={204: None})
    def put(self, request: Request) -> Response:
        """Change your password. Every sign-in of yours ends, this one too: sign in anew."""
        asked, me = self.asked(request), person(request)
        staff.change(me, by=me, password=asked["new_password"])
        return Response(status=204)


class OwnPin(Own):
    serializer_class = OwnPinSerializer

    @extend_schema(operation_id="own_pin_set", responses={204: None})
    def put(self, request: Request) -> Response:
        """Set the PIN that unlocks the till for you."""
        asked, me = self.asked(request), person(request)
        staff.set_pin(me, asked["pin"], by=me)
        return Response(status=204)
