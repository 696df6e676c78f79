"""The API's web hooks, for managers: no key may make one, because a hook tells more than its scopes."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from pos.api.fields import MomentField, StrictSerializer, TextField, YesNoField
from pos.api.items import ItemsField
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.views import ApiView, done
from pos.events.feed import KINDS
from reports.models import OffReason, Trouble, Webhook, WebhookDelivery
from reports.models.webhooks import LONGEST_CURSOR, LONGEST_URL
from reports.webhooks import hooks


class WebhookFactsSerializer(StrictSerializer):
    url = TextField(max_length=LONGEST_URL, help_text="https, at an address in the internet")
    types = ItemsField(
        child=serializers.ChoiceField(KINDS),
        max_length=len(KINDS),
        required=False,
        help_text="what it is told; empty: everything",
    )


class WebhookChangeSerializer(WebhookFactsSerializer):
    is_on = YesNoField(required=False, help_text="turned on again it goes on where it stopped")


class WebhookSecretSerializer(serializers.Serializer[Any]):
    made_at = MomentField()
    ends_at = MomentField(allow_null=True, help_text="null: in force")


class WebhookSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    url = serializers.CharField()
    types = serializers.ListField(child=serializers.ChoiceField(KINDS))
    is_on = serializers.BooleanField()
    off_reason = serializers.ChoiceField([*OffReason.values, ""], help_text="empty while it is on")
    off_at = MomentField(allow_null=True)
    cursor = serializers.CharField(help_text="of the feed: the receiver has taken everything before it")
    tries = serializers.IntegerField(help_text="in vain, one after the other")
    failing_since = MomentField(allow_null=True)
    next_try_at = MomentField(allow_null=True)
    made_by = serializers.CharField(source="made_by.username")
    made_at = MomentField()
    secrets = serializers.SerializerMethodField(help_text="those that sign now")

    @extend_schema(responses=WebhookSecretSerializer(many=True))
    def get_secrets(self, hook: Webhook) -> list[dict[str, Any]]:
        return [dict(one) for one in WebhookSecretSerializer(hooks.valid(hook), many=True).data]


class MadeWebhookSerializer(WebhookSerializer):
    secret = serializers.SerializerMethodField(help_text="told only now; null when the same key is asked for again")

    def get_secret(self, hook: Webhook) -> str | None:
        return self.context.get("secret")


class WebhookRotationSerializer(StrictSerializer):
    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=hooks.LONGEST_OVERLAP,
        required=False,
        help_text="how long messages are signed with the secret before too; 24 unless given",
    )


class RedeliverySerializer(StrictSerializer):
    after = TextField(max_length=LONGEST_CURSOR, help_text="a cursor of the feed or of a delivery")


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    at = MomentField()
    sent_at = MomentField(allow_null=True, help_text="null: a test that waits for the worker")
    next = serializers.CharField(source="until", help_text="the cursor after its entries")
    trouble = serializers.ChoiceField([*Trouble.values, ""], help_text="why there was no answer")
    status = serializers.IntegerField(allow_null=True, help_text="of the answer; 200 to 299 is taken")

    class Meta:
        model = WebhookDelivery
        fields = (
            *("id", "message", "is_test", "after", "next", "entries", "at", "sent_at"),
            *("status", "trouble", "answer", "ms"),
        )
        read_only_fields = fields


class NothingSerializer(StrictSerializer):
    """No fields."""


def known(hook_id: int) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("made_by"), pk=hook_id)


def secret_told(hook_id: int, made: list[hooks.Made], *, again: bool) -> Response:
    body = MadeWebhookSerializer(known(hook_id), context={"secret": made[0].secret if made else None}).data
    return done(body, again=again, headers={"Cache-Control": "no-store"})


class Webhooks(ApiView):
    serializer_class = WebhookSerializer
    reads_key = True
    pagination_class = Pages
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="webhooks", responses=WebhookSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(Webhook.objects.select_related("made_by").order_by("id"))

    @extend_schema(operation_id="webhook_make", request=WebhookFactsSerializer, responses={201: MadeWebhookSerializer})
    def post(self, request: Request) -> Response:
        """Have what changes from now on pushed to an address, as `GET /changes` tells it. The secret that signs the
        messages (Standard Webhooks) is told in this answer and never again."""
        asked = WebhookFactsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once, made = self.once("web hook", asked.validated_data), list[hooks.Made]()

        def make() -> Webhook:
            made.append(hooks.make(by=person(request), **asked.validated_data))
            return made[0].hook

        return secret_told(once.make(Webhook.objects.all(), make).pk, made, again=once.again)


class OneWebhook(ApiView):
    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="webhook")
    def get(self, request: Request, webhook_id: int) -> Response:
        return Response(WebhookSerializer(known(webhook_id)).data)

    @extend_schema(operation_id="webhook_change", request=WebhookChangeSerializer)
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Change the address or the types, turn it off or on."""
        asked = WebhookChangeSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        hooks.change(known(webhook_id), by=person(request), **asked.validated_data)
        return Response(WebhookSerializer(known(webhook_id)).data)

    @extend_schema(operation_id="webhook_remove", responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        """Remove a web hook with its log."""
        hooks.remove(known(webhook_id), by=person(request))
        return Response(status=204)


class WebhookRotate(ApiView):
    serializer_class = WebhookRotationSerializer
    reads_key = True
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(
        operation_id="webhook_rotate", request=WebhookRotationSerializer, responses={201: MadeWebhookSerializer}
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Make a new secret. For some hours every message is signed with the one before too."""
        hook, asked = known(webhook_id), WebhookRotationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once, made = self.once(f"rotation of web hook {webhook_id}", asked.validated_data), list[hooks.Made]()

        def rotate() -> Webhook:
            made.append(hooks.rotate(hook, by=person(request), **asked.validated_data))
            return made[0].hook

        return secret_told(once.make(Webhook.objects.all(), rotate).pk, made, again=once.again)


class WebhookTest(ApiView):
    serializer_class = NothingSerializer
    reads_key = True
    permission_classes = [IsManager]

    @extend_schema(operation_id="webhook_test", request=NothingSerializer, responses={201: DeliverySerializer})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Send a page without entries. The deliveries say how it was taken."""
        hook, asked = known(webhook_id), NothingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once(f"test of web hook {webhook_id}", {})
        waiting = once.make(WebhookDelivery.objects.all(), lambda: hooks.test(hook, by=person(request)))
        waiting.refresh_from_db()
        return done(DeliverySerializer(waiting).data, again=once.again)


class WebhookRedeliver(ApiView):
    serializer_class = RedeliverySerializer
    reads_key = True
    permission_classes = [IsManager]
    problems = (410,)

    @extend_schema(operation_id="webhook_redeliver", request=RedeliverySerializer, responses={201: WebhookSerializer})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Send everything after a cursor once more, in order and under new message ids."""
        hook, asked = known(webhook_id), RedeliverySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once, after = self.once(f"redelivery of web hook {webhook_id}", asked.validated_data), asked.validated_data
        once.make(Webhook.objects.all(), lambda: hooks.deliver_again(hook, by=person(request), **after))
        return done(WebhookSerializer(known(webhook_id)).data, again=once.again)


class WebhookDeliveries(ApiView):
    serializer_class = DeliverySerializer
    pagination_class = Pages
    permission_classes = [IsManager]
    ordering: Any = ("-id",)

    @extend_schema(operation_id="webhook_deliveries", responses=DeliverySerializer(many=True))
    def get(self, request: Request, webhook_id: int) -> Response:
        """What was sent and how it was taken; the newest first, kept for 30 days."""
        return self.listed(known(webhook_id).deliveries.order_by("-pk"))
