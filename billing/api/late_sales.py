"""The API's late sales: made by a machine while it was away from the server."""

from functools import partial

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api import documents
from billing.api.once import answered, checked
from billing.api.serializers.bills import BillSerializer
from billing.api.serializers.late_sales import LateSaleSerializer
from billing.api.serializers.outage_problems import WaitingSerializer, state_of
from billing.drawer.bill_once import Sold
from billing.models import OutageProblem
from billing.outage import posting
from billing.receipts import finding, practice
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView


class LateSales(ApiView):
    serializer_class = LateSaleSerializer
    permission_classes = [IsStaffMember]
    reads_key = True

    @extend_schema(
        operation_id="late_sale", request=LateSaleSerializer, responses={201: BillSerializer, 202: WaitingSerializer}
    )
    def post(self, request: ApiRequest) -> Response:
        """Post what was sold while the server was away. It becomes a bill on the day it was sold, or waits for a
        manager; nothing of it is refused but a body that cannot be read."""
        sale = checked(self.get_serializer(data=request.data)).rung_up(self.key)
        posted = posting.post(sale, by=request.user)
        if posted.bill:
            document = partial(documents.bill, reader=request.user)
            return answered(Sold(posted.bill, posted.again), document)
        assert posted.problem
        return waits(posted.problem, again=posted.again)


def waits(problem: OutageProblem, *, again: bool = False) -> Response:
    body = {
        "key": problem.key,
        "state": state_of(problem),
        "reasons": problem.differences,
        "closed_because": problem.reason or None,
    }
    return Response(body, 202, headers={"Idempotent-Replayed": "true"} if again else None)


class BillByKey(ApiView):
    serializer_class = BillSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="bill_by_key", responses={200: BillSerializer, 202: WaitingSerializer})
    def get(self, request: ApiRequest, key: str) -> Response:
        """What became of a sale: its bill, 202 where it waits for a manager or was closed without a bill, or 404 if
        nothing was stored under this key. Use it after a lost answer."""
        try:
            with practice.present(finding.practised_under(key)):
                return Response(documents.bill(finding.by_key(key)))
        except finding.NoSuchBill:
            if problem := posting.reported(key):
                return waits(problem)
            raise
