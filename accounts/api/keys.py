"""The API's keys of machines, for managers."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import keys
from accounts.access.key_facts import LONGEST_NAME, MOST_A_MINUTE, MOST_DAYS, MOST_ENTRIES
from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from accounts.models import ApiKey
from pos.api.fields import MomentField, MoneyField, StrictSerializer, TextField, YesNoField
from pos.api.items import ItemsField
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.scopes import SCOPES
from pos.api.views import ApiView, done

USUAL_RATE, USUAL_DAYS = 60, 365


def texts(longest: int, help_text: str) -> Any:
    return ItemsField(child=TextField(max_length=longest), max_length=MOST_ENTRIES, required=False, help_text=help_text)


class ScopeField(serializers.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=SCOPES, **kwargs)


class KeyFactsSerializer(StrictSerializer):
    name = TextField(max_length=LONGEST_NAME, help_text="stands on the bills of this machine")
    scopes = ItemsField(child=ScopeField(), max_length=len(SCOPES), help_text="what it may do")
    registers = texts(20, "the codes of the registers where it sells; empty: every register")
    locations = texts(10, "the codes of the locations it works at, `-` for the shop's first one; empty: every location")
    most_per_sale = MoneyField(min_value=0, required=False, allow_null=True, help_text="null: no limit")
    may_refund = YesNoField(required=False, help_text="refunds and exchanges too; false unless given")
    sandbox = YesNoField(
        required=False, help_text="sells for practice: nothing it sells is booked; it writes bills only"
    )
    addresses = texts(50, "addresses or networks it may ask from; empty: from anywhere")
    origins = texts(200, "web sites whose pages may use the key in a browser; empty: none")
    per_minute = serializers.IntegerField(
        min_value=1, max_value=MOST_A_MINUTE, required=False, help_text="requests a minute; 60 unless given"
    )
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, required=False, help_text="how long a secret is valid; 365 unless given"
    )


class SecretSerializer(serializers.Serializer[Any]):
    prefix = serializers.CharField()
    made_at = MomentField()
    ends_at = MomentField()


class KeySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField(source="user.username", help_text="the cashier of its bills")
    name = serializers.CharField(source="user.name")
    scopes = serializers.ListField(child=ScopeField())
    registers = serializers.ListField(child=serializers.CharField())
    locations = serializers.ListField(child=serializers.CharField())
    most_per_sale = MoneyField(allow_null=True)
    may_refund = serializers.BooleanField()
    sandbox = serializers.BooleanField()
    addresses = serializers.ListField(child=serializers.CharField())
    origins = serializers.ListField(child=serializers.CharField())
    per_minute = serializers.IntegerField()
    days = serializers.IntegerField()
    made_by = serializers.CharField(source="made_by.username")
    made_at = MomentField()
    last_used_at = MomentField(allow_null=True)
    revoked_at = MomentField(allow_null=True)
    secrets = SecretSerializer(many=True)


class MadeKeySerializer(KeySerializer):
    secret = serializers.SerializerMethodField(help_text="told only now; null when the same key is asked for again")

    def get_secret(self, key: ApiKey) -> str | None:
        return self.context.get("secret")


class RotationSerializer(StrictSerializer):
    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=keys.LONGEST_OVERLAP,
        required=False,
        help_text="how long the secret before is valid still; 24 unless given",
    )


def with_secrets() -> Any:
    return ApiKey.objects.select_related("user", "made_by").prefetch_related("secrets").order_by("id")


def told(pk: int, secret: str | None) -> Any:
    return MadeKeySerializer(with_secrets().get(pk=pk), context={"secret": secret}).data


class Keys(ApiView):
    serializer_class = KeySerializer
    reads_key = True
    pagination_class = Pages
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="keys", responses=KeySerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(with_secrets())

    @extend_schema(operation_id="key_make", request=KeyFactsSerializer, responses={201: MadeKeySerializer})
    def post(self, request: Request) -> Response:
        """Make a key for a machine. Its secret is told in this answer and never again."""
        asked = KeyFactsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = {"per_minute": USUAL_RATE, "days": USUAL_DAYS, **asked.validated_data}
        once, made = self.once("api key", facts), list[keys.Made]()

        def make() -> ApiKey:
            made.append(keys.make(by=person(request), **facts))
            return made[0].key

        key = once.make(ApiKey.objects.all(), make)
        body = told(key.pk, made[0].secret if made else None)
        return done(body, again=once.again, headers={"Cache-Control": "no-store"})


class OneKey(ApiView):
    queryset = ApiKey.objects.all()
    serializer_class = KeySerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="key")
    def get(self, request: Request, key_id: int) -> Response:
        return Response(KeySerializer(get_object_or_404(with_secrets(), pk=key_id)).data)

    @extend_schema(operation_id="key_change", request=KeyFactsSerializer)
    def patch(self, request: Request, key_id: int) -> Response:
        """Change what a key may do, from its next request on."""
        key = get_object_or_404(ApiKey, pk=key_id)
        asked = KeyFactsSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        keys.change(key, by=person(request), **asked.validated_data)
        return Response(KeySerializer(with_secrets().get(pk=key_id)).data)

    @extend_schema(operation_id="key_revoke", responses={204: None})
    def delete(self, request: Request, key_id: int) -> Response:
        """Revoke a key: its next request is refused."""
        keys.revoke(get_object_or_404(ApiKey, pk=key_id), by=person(request))
        return Response(status=204)


class KeyRotate(ApiView):
    serializer_class = RotationSerializer
    reads_key = True
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="key_rotate", request=RotationSerializer, responses={201: MadeKeySerializer})
    def post(self, request: Request, key_id: int) -> Response:
        """Give a key a new secret; the one before is valid for some hours more."""
        key = get_object_or_404(ApiKey, pk=key_id)
        asked = RotationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once, made = self.once(f"rotation of key {key_id}", asked.validated_data), list[str]()

        def rotate() -> ApiKey:
            rotated = keys.rotate(key, by=person(request), **asked.validated_data)
            made.append(rotated.secret)
            return rotated.key

        once.make(ApiKey.objects.all(), rotate)
        body = told(key_id, made[0] if made else None)
        return done(body, again=once.again, headers={"Cache-Control": "no-store"})
