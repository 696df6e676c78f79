"""Printing and mailing over the API, by the same functions as the till's pages."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api.once import checked
from billing.api.serializers import ApprovalField
from billing.models import JobKind, JobState, OutboundJob, PaperKind, ReceiptPrint, Register
from billing.receipts import copies, finding, order_mail, outbox, practice
from inventory.models import PurchaseOrder
from pos.api.fields import MomentField, StrictSerializer, TextField
from pos.api.lists import Pages
from pos.api.permissions import IsManager, IsStaffMember
from pos.api.views import ApiView, Query, done


class JobSerializer(StrictSerializer):
    """Something to print or to send; it is tried again ever later until it works, six times at most."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(JobKind.choices)
    subject = serializers.CharField()
    register = serializers.CharField(source="register.code", allow_null=True, default=None)
    opens_drawer = serializers.BooleanField()
    state = serializers.ChoiceField(JobState.choices)
    tries = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True, help_text="what was wrong the last time")
    by = serializers.CharField(source="by.username")
    created_at = MomentField()
    done_at = MomentField(allow_null=True)


class JobQuery(Query):
    state = serializers.ChoiceField(JobState.choices, required=False)
    kind = serializers.ChoiceField(JobKind.choices, required=False)
    register = TextField(max_length=10, required=False)


class PrintSerializer(StrictSerializer):
    """One printing of a bill. The first of its kind is no copy; copy 1, 2 ... say so on the paper."""

    kind = serializers.ChoiceField([PaperKind.RECEIPT.value, PaperKind.GIFT.value])
    register = TextField(
        max_length=10, required=False, write_only=True, help_text="whose printer; that of the bill when left out"
    )
    approval = ApprovalField()
    id = serializers.IntegerField(read_only=True)
    copy = serializers.IntegerField(read_only=True)  # type: ignore[assignment]
    shift = serializers.IntegerField(source="shift_id", read_only=True, allow_null=True)
    by = serializers.CharField(source="by.username", read_only=True)
    at = MomentField(read_only=True)


class NewPrintSerializer(PrintSerializer):
    job = JobSerializer(read_only=True)


class MailSerializer(StrictSerializer):
    address = TextField(max_length=254, help_text="forgotten once the letter is on its way")


class OrderMailSerializer(StrictSerializer):
    address = TextField(max_length=254, required=False, help_text="the supplier's own when left out")


def all_jobs() -> QuerySet[OutboundJob]:
    return OutboundJob.objects.select_related("register", "by")


def told(job_id: int) -> dict[str, Any]:
    return JobSerializer(get_object_or_404(all_jobs(), pk=job_id)).data


class Jobs(ApiView):
    serializer_class = JobSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    query_class = JobQuery
    ordering = ("-id",)

    @extend_schema(operation_id="jobs", responses=JobSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Jobs to print or mail, done or not, newest first."""
        filters = {"state": "state", "kind": "kind", "register": "register__code__iexact"}
        return self.listed(all_jobs().filter(**{filters[name]: value for name, value in self.query.items()}))


class OneJob(ApiView):
    serializer_class = JobSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="job")
    def get(self, request: ApiRequest, job_id: int) -> Response:
        return Response(told(job_id))

    @extend_schema(operation_id="job_give_up")
    def delete(self, request: ApiRequest, job_id: int) -> Response:
        """Give up a failed job that nobody needs any more."""
        outbox.give_up(job_id, by=request.user)
        return Response(status=204)


class JobRetry(ApiView):
    serializer_class = JobSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="job_retry", request=None)
    def post(self, request: ApiRequest, job_id: int) -> Response:
        """Retry a failed job from the beginning. The drawer stays closed, because it may open only at the moment of the
        request."""
        outbox.again(job_id)
        return Response(told(job_id))


class BillPrints(ApiView):
    serializer_class = PrintSerializer
    permission_classes = [IsStaffMember]
    reads_key = True
    pagination_class = Pages

    @extend_schema(operation_id="bill_prints", responses=PrintSerializer(many=True))
    def get(self, request: ApiRequest, number: str) -> Response:
        """All printings of a bill."""
        with practice.present(number):
            return self.listed(ReceiptPrint.objects.filter(bill=finding.find(number)).select_related("by"))

    @extend_schema(operation_id="bill_print", responses={201: NewPrintSerializer})
    def post(self, request: ApiRequest, number: str) -> Response:
        """Print at a till. Every printing is counted and marked as a copy from the second one on; many copies need a
        manager's approval."""
        given = checked(self.get_serializer(data=request.data)).validated_data
        with practice.present(number):
            code = given.get("register") or finding.find(number).register.code
        register = get_object_or_404(Register, code__iexact=code, is_active=True)
        asked = {"kind": given["kind"], "register": register}
        once = self.once(f"print of bill {number.upper()}", asked)
        send = partial(copies.sent, number, **asked, by=request.user, approval=given.get("approval"))
        job = once.make(all_jobs().select_related("entry__by"), send)
        return done({**PrintSerializer(job.entry).data, "job": JobSerializer(job).data}, again=once.again)


class BillMail(ApiView):
    serializer_class = MailSerializer
    reads_key = True
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="bill_mail", responses={201: JobSerializer})
    def post(self, request: ApiRequest, number: str) -> Response:
        """Send the receipt by e-mail, as text and HTML."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once(f"mail of bill {number.upper()}", asked.validated_data)
        send = partial(copies.mail, number, to=asked.validated_data["address"], by=request.user)
        return done(JobSerializer(once.make(all_jobs(), send)).data, again=once.again)


class PurchaseOrderMail(ApiView):
    serializer_class = OrderMailSerializer
    reads_key = True
    permission_classes = [IsManager]

    @extend_schema(operation_id="purchase_order_mail", responses={201: JobSerializer})
    def post(self, request: ApiRequest, number: str) -> Response:
        """Mail an order to its supplier, the PDF attached. A draft is sent by this."""
        asked = checked(self.get_serializer(data=request.data))
        order = get_object_or_404(PurchaseOrder, number=number.replace("\0", ""))
        once = self.once(f"mail of order {order.number}", asked.validated_data)
        address = asked.validated_data.get("address", "")
        send = partial(order_mail.mail, order.number, to=address, by=request.user)
        return done(JobSerializer(once.make(all_jobs(), send)).data, again=once.again)
