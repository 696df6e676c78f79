from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.receipts import finding
from billing.receipts.signing import paper, signing
from pos.api.fields import MomentField
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView
from pos.errors import Refused


class NotSigned(Refused):
    code = "not_found"
    status = 404
    message = "No signing device was asked for this bill."


class SignatureSerializer(serializers.Serializer[Any]):
    serial = serializers.CharField(help_text="of the device; empty for a failure, as all of what it answers")
    number = serializers.IntegerField(allow_null=True, help_text="of the transaction")
    counter = serializers.IntegerField(allow_null=True)
    begun_at = MomentField(allow_null=True)
    ended_at = MomentField(allow_null=True)
    algorithm = serializers.CharField()
    time_format = serializers.CharField()
    process_type = serializers.CharField()
    process_data = serializers.CharField()
    signature = serializers.CharField(help_text="in base64")
    public_key = serializers.CharField(help_text="in base64")
    is_simulated = serializers.BooleanField(help_text="such a signature proves nothing: print that")
    error = serializers.CharField(help_text="why the device did not sign so far; print that it failed")


class PrintedSignatureSerializer(SignatureSerializer):
    code = serializers.CharField(help_text="the text of the QR code a receipt carries; empty for a failure")


class OneSignature(ApiView):
    serializer_class = PrintedSignatureSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="bill_signature")
    def get(self, request: ApiRequest, number: str) -> Response:
        """What the signing device answered for a bill, for programs that print receipts of their own. 404 where none
        was asked."""
        bill = finding.find(number)
        if (found := signing.of(bill)) is None:
            raise NotSigned
        return Response({**SignatureSerializer(found).data, "code": paper.code(bill, found)})
