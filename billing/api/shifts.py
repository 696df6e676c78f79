"""The API's shifts and cash movements."""

from functools import partial

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.http import ApiRequest
from accounts.models import User
from billing.api import documents
from billing.api.once import checked
from billing.api.serializers import (
    CashMovedSerializer,
    CashSerializer,
    ClosingSerializer,
    OpeningSerializer,
    ReportSerializer,
    ShiftQuery,
    ShiftSerializer,
    reason_said,
)
from billing.drawer import cash_by_hand, counting, zreport
from billing.drawer.shifts import open_shift
from billing.models import Register, Shift
from billing.models.shifts import ShiftQuerySet
from pos.api.lists import Pages
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView, done
from pos.money import ZERO


class RegisterShifts(ApiView):
    serializer_class = OpeningSerializer
    reads_key = True
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift_open", responses={201: ShiftSerializer})
    def post(self, request: ApiRequest, code: str) -> Response:
        """Open the register's shift with a float."""
        register = get_object_or_404(Register, code__iexact=code, is_active=True)
        opening_float = checked(self.get_serializer(data=request.data)).validated_data["float"]
        once = self.once(f"shift at register {register.code}", {"float": opening_float})
        begin = partial(open_shift, register.code, opening_float=opening_float, by=request.user)
        shift = once.make(Shift.objects.select_related("register", "opened_by", "closed_by"), begin)
        return done(documents.shift(shift), again=once.again)


def shifts_for(user: User) -> ShiftQuerySet:
    return Shift.objects.shown_to(user).select_related("register", "opened_by", "closed_by")


class Shifts(ApiView):
    serializer_class = ShiftSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    query_class = ShiftQuery
    ordering = ("-id",)

    @extend_schema(operation_id="shifts", responses=ShiftSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        shifts = shifts_for(request.user)
        if "register" in self.query:
            shifts = shifts.filter(register__code__iexact=self.query["register"])
        if "is_open" in self.query:
            shifts = shifts.open() if self.query["is_open"] else shifts.closed()
        return self.get_paginated_response([documents.shift(shift) for shift in self.paginate_queryset(shifts) or []])


class OneShift(ApiView):
    serializer_class = ShiftSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift")
    def get(self, request: ApiRequest, shift_id: int) -> Response:
        return Response(documents.shift(get_object_or_404(shifts_for(request.user), pk=shift_id)))


class ShiftClose(ApiView):
    serializer_class = ClosingSerializer
    reads_key = True
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift_close", responses=ShiftSerializer)
    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Close a shift with the count. The difference is told afterwards. A large one needs a reason, and the count
        binds: after a second count, the larger of the two differences counts."""
        get_object_or_404(Shift, pk=shift_id)
        asked = checked(self.get_serializer(data=request.data))
        reason = asked.validated_data.get("reason", "")
        count = {"counted": asked.total(), "pieces": asked.pieces(), "reason": reason}
        once = self.once(f"close of shift {shift_id}", count)
        counting.close_shift(shift_id, **count, by=request.user, tokens=asked.tokens(), once=once)
        return done(documents.shift(shifts_for(request.user).get(pk=shift_id)), again=once.again, first=200)


class CashMovements(ApiView):
    serializer_class = CashSerializer
    reads_key = True
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="cash_movement", responses={201: CashMovedSerializer})
    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Pay in, pay out, drop into the safe, or open the drawer without a sale."""
        get_object_or_404(Shift, pk=shift_id)
        asked = checked(self.get_serializer(data=request.data))
        wanted = asked.validated_data
        moves = {"kind": wanted["kind"], "amount": wanted.get("amount", ZERO), "reason": wanted.get("reason", "")}
        code = {"reason_code": wanted["reason_code"]} if "reason_code" in wanted else {}
        once = self.once(f"cash of shift {shift_id}", moves | code)
        moves["reason"] = reason_said(wanted, wanted["kind"])
        moved = cash_by_hand.move_cash(shift_id, **moves, by=request.user, tokens=asked.tokens(), once=once)
        return done(CashMovedSerializer(moved).data, again=once.again)


class ShiftReport(ApiView):
    serializer_class = ReportSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift_report")
    def get(self, request: ApiRequest, shift_id: int) -> Response:
        """The X report while the shift is open, with sums only for managers because the count is blind; afterwards the
        stored Z."""
        shift = get_object_or_404(shifts_for(request.user).select_related("z"), pk=shift_id)
        if shift.is_open:
            told = zreport.told(shift, reader=request.user)
            return Response({"kind": "X", "number": None, "digest": None, "figures": told})
        z = shift.z
        return Response({"kind": "Z", "number": z.number, "digest": bytes(z.digest).hex(), "figures": z.document})
