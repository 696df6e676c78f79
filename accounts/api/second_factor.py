"""A manager's own second factor by an app, and the recovery codes. A passkey is made by a browser, on its page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import passkeys, recovery_codes, second_factor, step_up
from accounts.access.second_factor import WrongCode
from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from pos.api.fields import StrictSerializer, TextField
from pos.api.permissions import IsManager
from pos.api.views import ApiView
from pos.errors import Refused
from pos.models import StoreSettings

NOT_KEPT = {"Cache-Control": "no-store"}


class WrongAppCode(Refused):
    """401 would say that the token is not valid any more."""

    code = "wrong_code"
    status = 403
    message = WrongCode.message


class SecondFactorSerializer(serializers.Serializer[Any]):
    wanted = serializers.CharField(help_text="the shop's setting: off, offered or required")
    app = serializers.BooleanField(help_text="whether the code of an app is asked for at sign-in")
    passkeys = serializers.IntegerField(help_text="how many; they are made in a browser")
    recovery_codes = serializers.IntegerField(help_text="how many are left")


class BegunSerializer(serializers.Serializer[Any]):
    address = serializers.CharField(help_text="otpauth:// as the QR code of the page has it")
    secret = serializers.CharField(help_text="the same secret, to be typed")


class AppCodeSerializer(StrictSerializer):
    code = TextField(max_length=20, write_only=True, help_text="what the app shows now")


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField(), help_text="told only now; each is good once")


class OwnSecondFactor(ApiView):
    serializer_class = SecondFactorSerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="second_factor")
    def get(self, request: Request) -> Response:
        """What is asked of you at sign-in beside the password."""
        me = person(request)
        told = {
            "wanted": StoreSettings.in_force().second_factor,
            "app": second_factor.app(me) is not None,
            "passkeys": len(passkeys.of(me)),
            "recovery_codes": recovery_codes.left(me),
        }
        return Response(SecondFactorSerializer(told).data)

    @extend_schema(operation_id="second_factor_off", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take your second factor off, passkeys and recovery codes too."""
        step_up.demand(request)
        second_factor.take_off(person(request), by=person(request))
        return Response(status=204)


class OwnApp(ApiView):
    serializer_class = BegunSerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="second_factor_begin", request=None)
    def put(self, request: Request) -> Response:
        """A secret for a new app, the same until it is confirmed; an app in use stays good until then."""
        device = second_factor.begin(person(request))
        told = {"address": second_factor.address(device), "secret": second_factor.secret(device)}
        return Response(told, headers=NOT_KEPT)


class OwnAppConfirm(ApiView):
    serializer_class = AppCodeSerializer
    permission_classes = [IsManager]
    problems = (403, 429)

    @extend_schema(operation_id="second_factor_confirm", request=AppCodeSerializer, responses=RecoveryCodesSerializer)
    def post(self, request: Request) -> Response:
        """Put the new app in force by its first code. Every sign-in of yours ends, this one too: sign in anew, with a
        code as `otp`. 409 `nothing_begun` where it is in force already."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            codes = second_factor.confirm(person(request), asked.validated_data["code"], request._request)
        except WrongCode:
            raise WrongAppCode from None
        return Response({"recovery_codes": codes}, headers=NOT_KEPT)


class OwnRecoveryCodes(ApiView):
    serializer_class = RecoveryCodesSerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="recovery_codes_make", request=None)
    def put(self, request: Request) -> Response:
        """Ten new recovery codes; those before are good no more. Asked again it makes ten others."""
        codes = second_factor.new_recovery_codes(person(request))
        return Response({"recovery_codes": codes}, headers=NOT_KEPT)
