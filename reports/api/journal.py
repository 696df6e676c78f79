from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pos.api.views import Query
from reports.api.reports import Report
from reports.api.serializers import SumField
from reports.figures import periods
from reports.journal import days


class DayQuery(Query):
    date = serializers.DateField(help_text="the business date")


class JournalLineSerializer(serializers.Serializer[Any]):
    account = serializers.CharField(help_text="account number, as the manager's table says")
    tax_key = serializers.CharField(help_text="DATEV's tax key; often empty")
    role = serializers.CharField(help_text="what the account is for: `cash`, `tender`, `revenue`, `tax` and others")
    detail = serializers.CharField(help_text="the code of the tender, or the tax rate; else empty")
    name = serializers.CharField(help_text="of the account, in the shop's language")
    note = serializers.CharField(help_text="why cash was moved by hand")
    debit = SumField()
    credit = SumField()


class JournalEntrySerializer(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="`R1-Z000012`: the register and its Z; corrections have the date")
    register = serializers.CharField()
    z = serializers.IntegerField(allow_null=True, help_text="null while the shift is open, and for corrections")
    balanced = serializers.BooleanField(help_text="always so: a day that does not balance is refused")
    sum = SumField(help_text="of its debits, and of its credits")
    lines = JournalLineSerializer(many=True)


class OwedSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["gift_card", "store_credit", "points"])
    opening = SumField(help_text="what the shop owed before this day")
    issued = SumField()
    redeemed = SumField(help_text="negative")
    corrected = SumField(help_text="by managers, signed")
    closing = SumField()


class JournalSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    currency = serializers.CharField()
    final = serializers.BooleanField(help_text="the day is closed; the same is answered from now on")
    entries = JournalEntrySerializer(many=True)
    owed = OwedSerializer(many=True, help_text="to the holders of cards and points")


class Journal(Report):
    query_class = DayQuery
    serializer_class = JournalSerializer

    @extend_schema(operation_id="journal")
    def get(self, request: Request) -> Response:
        """The double entry of a business day: one entry for each Z, and one for corrections of cards and points."""
        day = periods.day(self.query["date"]).start
        return self.answer(days.handed_over(day))
