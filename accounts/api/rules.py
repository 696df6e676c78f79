"""Who may do what without asking: the rules, the questions to a manager, and the answers."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import step_up
from accounts.access.step_up import ConfirmedLately
from accounts.approvals import approvals, limits, sentences
from accounts.doors import person
from accounts.models import Action, ApprovalRequest, ApprovalRule, Role, User
from pos.api.fields import MomentField, NumberField, StrictSerializer, YesNoField
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.views import ApiView
from pos.money import MOST_MONEY

LIMIT: dict[str, Any] = {
    "max_digits": 15,
    "decimal_places": 3,
    "min_value": 0,
    "max_value": MOST_MONEY,
    "allow_null": True,
}


class RuleSerializer(StrictSerializer):
    role = serializers.ChoiceField(Role.choices, read_only=True)
    action = serializers.ChoiceField(Action.choices, read_only=True)
    allow_up_to = NumberField(**LIMIT, required=False, help_text="done without asking up to this; null: always")
    ask_up_to = NumberField(**LIMIT, required=False, help_text="denied above, approval or not; null: never")
    set_at = MomentField(read_only=True)
    set_by = serializers.CharField(source="set_by.username", default=None, allow_null=True, read_only=True)


class PersonLimitSerializer(StrictSerializer):
    action = serializers.ChoiceField(Action.choices, read_only=True)
    allow_up_to = NumberField(**LIMIT, help_text="done without asking up to this; null: always")
    ask_up_to = NumberField(**LIMIT, help_text="denied above, approval or not; null: never")
    is_own = serializers.SerializerMethodField(help_text="set for this person; else the role's")
    set_at = MomentField(read_only=True)
    set_by = serializers.CharField(source="set_by.username", default=None, allow_null=True, read_only=True)

    def get_is_own(self, rule: ApprovalRule) -> bool:
        return rule.person_id is not None


class OpenQuestionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    action = serializers.ChoiceField(Action.choices)
    sentence = serializers.CharField(help_text="what is asked, for people")
    asker = serializers.CharField()
    till = serializers.CharField()
    expires_at = MomentField()


class AnswerSerializer(StrictSerializer):
    granted = YesNoField()


class GivenAnswerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    granted = serializers.BooleanField()
    expires_at = MomentField(help_text="a granted question may be used until then")


class Rules(ApiView):
    serializer_class = RuleSerializer
    permission_classes = [IsManager]
    pagination_class = Pages
    ordering: Any = ("role", "action")

    @extend_schema(operation_id="approval_rules", responses=RuleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """How far each role may go with each action, as it is in force now."""
        return self.listed(ApprovalRule.objects.all_in_force().select_related("set_by"))


class OneRule(ApiView):
    serializer_class = RuleSerializer
    permission_classes = [IsManager]

    def rule(self, role: str, action: str) -> ApprovalRule:
        found = {"role": role.replace("\0", ""), "action": action.replace("\0", "")}
        return get_object_or_404(ApprovalRule.objects.all_in_force().select_related("set_by"), **found)

    @extend_schema(operation_id="approval_rule")
    def get(self, request: Request, role: str, action: str) -> Response:
        return Response(self.get_serializer(self.rule(role, action)).data)

    @extend_schema(operation_id="approval_rule_change")
    def patch(self, request: Request, role: str, action: str) -> Response:
        """Puts new limits in force at once. What is left out stays."""
        rule = self.rule(role, action)
        asked = self.get_serializer(rule, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        wanted = {"allow_up_to": rule.allow_up_to, "ask_up_to": rule.ask_up_to, **asked.validated_data}
        return Response(self.get_serializer(limits.change(rule.role, rule.action, **wanted, by=person(request))).data)


class PersonView(ApiView):
    lookup_url_kwarg = "user_id"
    queryset = User.objects.people()
    serializer_class = PersonLimitSerializer
    permission_classes = [IsManager, ConfirmedLately]


class PersonLimits(PersonView):
    @extend_schema(operation_id="user_limits", responses=PersonLimitSerializer(many=True))
    def get(self, request: Request, user_id: int) -> Response:
        """How far this person may go with each action: by limits of their own, or else by the role's."""
        in_force = ApprovalRule.objects.all_of(self.get_object())
        return Response(self.get_serializer([in_force[name] for name in sorted(in_force)], many=True).data)


class OnePersonLimit(PersonView):
    @extend_schema(operation_id="user_limit_set")
    def put(self, request: Request, user_id: int, action: str) -> Response:
        """Puts limits of this person's own in force at once, tighter or wider than the role's, for as long as the
        person has this role. 403 `own_limits`: nobody sets their own."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        them, me = self.get_object(), person(request)
        rule = limits.change_for(them, known_action(action), **asked.validated_data, by=me)
        return Response(self.get_serializer(rule).data)

    @extend_schema(operation_id="user_limit_lift", responses={204: None})
    def delete(self, request: Request, user_id: int, action: str) -> Response:
        """The role's limits hold for this person again."""
        step_up.demand(request)
        limits.lift_for(self.get_object(), known_action(action), by=person(request))
        return Response(status=204)


def known_action(action: str) -> Action:
    if action not in Action.values:
        raise Http404
    return Action(action)


class OpenQuestions(ApiView):
    serializer_class = OpenQuestionSerializer
    permission_classes = [IsManager]
    pagination_class = Pages

    @extend_schema(operation_id="approvals_open", responses=OpenQuestionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The questions that wait for a manager, the oldest first."""
        page = self.paginate_queryset(approvals.still_open().select_related("asker"))
        return self.get_paginated_response([OpenQuestionSerializer(told(question)).data for question in page or []])


class Answers(ApiView):
    permission_classes = [IsManager]

    @extend_schema(operation_id="approval_answer", request=AnswerSerializer, responses=GivenAnswerSerializer)
    def post(self, request: Request, approval_id: int) -> Response:
        """A manager's answer to a colleague's question. It cannot be taken back: a second one is 409."""
        asked = AnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        answered = approvals.answer(approval_id, by=person(request), granted=asked.validated_data["granted"])
        facts = {"id": answered.pk, "granted": answered.is_granted, "expires_at": answered.expires_at}
        return Response(GivenAnswerSerializer(facts).data)


def told(question: ApprovalRequest) -> dict[str, Any]:
    return {
        "id": question.pk,
        "action": question.action,
        "sentence": sentences.of(question.action, question.size, question.facts),
        "asker": question.asker.username,
        "till": question.till,
        "expires_at": question.expires_at,
    }
