"""Serializers of sales that wait for a manager."""

from rest_framework import serializers

from billing.models import OutageProblem
from billing.outage.problems import LONGEST_REASON
from pos.api.fields import MomentField, MoneyField, QuantityField, RateField, StrictSerializer, TextField, YesNoField
from pos.api.views import Query

WAITING, CLOSED, BOOKED = "waiting", "closed", "booked"


class WaitingSerializer(StrictSerializer):
    """What a manager has to look at, or has closed without a bill."""

    key = serializers.UUIDField()
    state = serializers.ChoiceField([WAITING, CLOSED])
    reasons = serializers.ListField(child=serializers.CharField(), help_text="sentences for the manager")
    closed_because = serializers.CharField(allow_null=True, help_text="why a manager closed it without a bill")


class ProblemLineSerializer(StrictSerializer):
    product = serializers.IntegerField(allow_null=True)
    barcode = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    quantity = QuantityField()
    unit_price = MoneyField()
    tax_rate = RateField(allow_null=True)


class OutageProblemSerializer(StrictSerializer):
    id = serializers.IntegerField()
    key = serializers.UUIDField()
    state = serializers.ChoiceField([WAITING, BOOKED, CLOSED])
    register = serializers.CharField(allow_null=True, help_text="null: the shop does not know it")
    number = serializers.CharField(help_text="on the customer's paper")
    posted_by = serializers.CharField(help_text="username")
    posted_at = MomentField()
    sold_at = MomentField(allow_null=True, help_text="null: what was sent cannot be read")
    lines = ProblemLineSerializer(many=True)
    total = MoneyField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    bill = serializers.CharField(allow_null=True)
    settled_by = serializers.CharField(allow_null=True)
    closed_because = serializers.CharField(allow_null=True)


def state_of(problem: OutageProblem) -> str:
    if problem.settled_at is None:
        return WAITING
    return BOOKED if problem.bill_id else CLOSED


class SettlingSerializer(StrictSerializer):
    correct_stock = YesNoField(required=False, help_text="count the missing goods in, then sell")


class ClosingProblemSerializer(StrictSerializer):
    reason = TextField(max_length=LONGEST_REASON, help_text="why it needs no bill")


class OutageProblemQuery(Query):
    state = serializers.ChoiceField([WAITING, BOOKED, CLOSED], required=False)
