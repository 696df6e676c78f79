"""The numbers an accountant books under, for managers."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from pos.api.fields import StrictSerializer, TextField
from pos.api.permissions import IsManager
from pos.api.views import ApiView
from pos.errors import Invalid
from reports.journal import accounts

MOST = 500


class AccountSerializer(StrictSerializer):
    role = TextField(max_length=20, help_text="what the account is for, as in the journal; or a number DATEV wants")
    detail = TextField(
        max_length=20, required=False, allow_blank=True, help_text="the code of the tender, or the tax rate"
    )
    name = serializers.CharField(source="label", read_only=True, help_text="in the shop's language")
    number = TextField(max_length=8)
    tax_key = TextField(max_length=4, required=False, allow_blank=True, help_text="DATEV's; empty unless given")


class AccountsSerializer(StrictSerializer):
    accounts = AccountSerializer(many=True, max_length=MOST)


class JournalAccounts(ApiView):
    permission_classes = [IsManager, ConfirmedLately]
    serializer_class = AccountsSerializer

    @extend_schema(operation_id="journal_accounts")
    def get(self, request: Request) -> Response:
        """The number of each account the journal books under."""
        return self.told()

    @extend_schema(operation_id="journal_accounts_set")
    def patch(self, request: Request) -> Response:
        """Sets the given numbers; the others stay. In force for every day that was not handed over yet."""
        asked: Any = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rows = asked.validated_data["accounts"]
        numbers = {(row["role"], row.get("detail", "")): (row["number"], row.get("tax_key", "")) for row in rows}
        if len(numbers) < len(rows):
            raise Invalid("accounts", "Each account once.", "repeated")
        accounts.enter(numbers, by=person(request))
        return self.told()

    def told(self) -> Response:
        return Response(self.get_serializer({"accounts": accounts.edited()}).data)
