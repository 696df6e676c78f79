from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.approvals import approvals, sealing
from accounts.doors import person
from accounts.models import Action, ApprovalRequest
from pos.api.fields import MomentField, NumberField, StrictSerializer
from pos.api.items import ObjectField
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView
from pos.errors import Invalid
from pos.money import MOST_MONEY


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$"},
            {"type": "integer"},
            {"type": "string", "pattern": sealing.PATTERN},
        ]
    }
)
class SizeField(NumberField):
    """A number, or the sealed text that the 409 gave in its place."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=15, decimal_places=3, min_value=0, max_value=MOST_MONEY, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not data.startswith(sealing.MARK):
            return super().to_internal_value(data)
        if (size := sealing.opened(data)) is None:
            self.fail("invalid")
        return size


class QuestionSerializer(StrictSerializer):
    action = serializers.ChoiceField(Action.choices)
    size = SizeField(help_text="as the 409 told it; sealed where the asker must not know it")
    facts = ObjectField(help_text="as the 409 `needs_approval` told them")


class AskedSerializer(StrictSerializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(["waiting", "granted", "denied", "used", "expired"])
    expires_at = MomentField()


class NewQuestionSerializer(AskedSerializer):
    approval = serializers.CharField(help_text="send it with the deed once a manager has said yes; good once")


def state_of(question: ApprovalRequest) -> str:
    if question.used_at:
        return "used"
    if question.is_granted is False:
        return "denied"
    if question.expires_at <= timezone.now():
        return "expired"
    return "granted" if question.is_granted else "waiting"


def told(question: ApprovalRequest) -> dict[str, Any]:
    return {"id": question.pk, "state": state_of(question), "expires_at": question.expires_at}


class Questions(ApiView):
    serializer_class = QuestionSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="approval_ask", responses={201: NewQuestionSerializer})
    def post(self, request: Request) -> Response:
        """Asks the managers, who answer on their page. Repeating an open question returns the same question."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        is_sealed = str(asked.initial_data["size"]).startswith(sealing.MARK)
        if sealing.is_sealed_for(person(request), given["action"]) and not is_sealed:
            raise Invalid("size", "Send the size as the 409 told it.")
        question, token = approvals.ask(
            Action(given["action"]), asker=person(request), facts=given["facts"], size=given["size"]
        )
        return Response({**told(question), "approval": token}, status=201)


class OneQuestion(ApiView):
    serializer_class = AskedSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="approval_asked")
    def get(self, request: Request, approval_id: int) -> Response:
        """The state of one's own question."""
        return Response(told(get_object_or_404(ApprovalRequest, pk=approval_id, asker=person(request))))
