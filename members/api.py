from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from accounts.access import step_up
from accounts.access.step_up import ConfirmedLately
from accounts.http import ApiRequest
from accounts.models import Permission, User
from members import consents, member_search, merging, points, registry, vip
from members.models import Member, PointsEntry
from pos.api.fields import (
    EmailField,
    IdField,
    ManyField,
    NumberField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    YesNoField,
)
from pos.api.lists import Pages
from pos.api.permissions import IsManager, permitted
from pos.api.views import ApiView, UpdatedSince, done
from pos.money import MOST_MONEY

LONGEST_TYPED_PHONE = 40


class MemberSerializer(StrictModelSerializer):
    email = serializers.CharField(read_only=True, help_text="blank once the member is erased")
    tier = serializers.ChoiceField(["regular", "vip"], read_only=True)

    class Meta:
        model = Member
        fields: ClassVar[list[str]] = [
            "id",
            "number",
            "name",
            "email",
            "phone",
            "tier",
            "vip_until",
            "points",
            "is_active",
            "joined_at",
            "updated_at",
        ]
        read_only_fields = fields


class PinField(TextField):
    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"trim_whitespace": False, "write_only": True, "max_length": 20, **kw})


class RegistrationSerializer(StrictSerializer):
    name = TextField(max_length=100)
    email = EmailField(required=False, allow_blank=True, default="")
    phone = TextField(max_length=LONGEST_TYPED_PHONE, required=False, allow_blank=True)
    pin = PinField(help_text="six digits")


class EditSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    email = EmailField(required=False, allow_blank=True)
    phone = TextField(max_length=LONGEST_TYPED_PHONE, required=False, allow_blank=True)
    is_active = YesNoField(required=False, help_text="managers only")
    pin = PinField(required=False, help_text="a new PIN: with the member's consent, or by a manager")
    consent = TextField(max_length=100, required=False, write_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "consent" in attrs and "pin" not in attrs:
            raise serializers.ValidationError({"consent": "A consent is only needed with a new PIN."})
        return attrs


class PinSerializer(StrictSerializer):
    pin = PinField()


class ConsentGivenSerializer(StrictSerializer):
    consent = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="seconds")


class ConsentSerializer(StrictSerializer):
    consent = TextField(max_length=100, required=False, help_text="not needed by a manager")


class VipSerializer(ConsentSerializer):
    until = serializers.DateField(required=False, help_text="the last day; without one VIP does not end by itself")


class CorrectionSerializer(StrictSerializer):
    amount = NumberField(max_digits=15, decimal_places=3, min_value=-MOST_MONEY, max_value=MOST_MONEY)
    reason = TextField(max_length=points.LONGEST_REASON)


class MergeSerializer(StrictSerializer):
    double = IdField(help_text="the card that goes")
    into = IdField(help_text="the card that stays")


class LinkSerializer(StrictSerializer):
    user = serializers.PrimaryKeyRelatedField(queryset=User.objects.people(), help_text="whose own card it is")


class StaffSerializer(StrictSerializer):
    user = serializers.IntegerField(source="staff_id", allow_null=True)
    username = serializers.CharField(source="staff.username", allow_null=True, default=None)


class PointsEntrySerializer(StrictModelSerializer):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = PointsEntry
        fields: ClassVar[list[str]] = ["id", "kind", "amount", "reference", "reason", "by", "at"]
        read_only_fields = fields


class MemberQuery(UpdatedSince):
    search = TextField(required=False, help_text="card number, e-mail, phone or words of the name; active members only")
    is_active = serializers.BooleanField(required=False)
    ids = ManyField(IdField(), help_text="at most 100, with commas between them")


class MemberView(ApiView):
    """A member, unless erased."""

    serializer_class = MemberSerializer
    queryset = Member.objects.filter(erased_at=None)

    def member(self, member_id: int) -> Member:
        return get_object_or_404(self.get_queryset(), pk=member_id)

    def asked(self, serializer_class: type[StrictSerializer], request: ApiRequest) -> dict[str, Any]:
        serializer = serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def answer(self, member: Member) -> Response:
        return Response(self.get_serializer(member).data)


class Members(MemberView):
    pagination_class = Pages
    query_class = MemberQuery
    reads_key = True

    @property
    def ordering(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("updated_at", "id") if "updated_since" in self.query else ("id",)

    @extend_schema(operation_id="members", responses=MemberSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """With `updated_since` erased members are listed too, blank and inactive."""
        return self.listed(self.wanted())

    def wanted(self) -> QuerySet[Member]:
        query = dict(self.query)
        since, search = query.pop("updated_since", None), query.pop("search", None)
        rows = self.get_queryset() if since is None else Member.objects.filter(updated_at__gte=since)
        if search is not None:
            rows = rows.filter(member_search.matches(search), erased_at=None)
            query.setdefault("is_active", True)
        if (found := query.pop("ids", None)) is not None:
            rows = rows.filter(pk__in=found)
        return rows.filter(**query)

    @extend_schema(operation_id="member_register", request=RegistrationSerializer, responses={201: MemberSerializer})
    def post(self, request: ApiRequest) -> Response:
        asked = self.asked(RegistrationSerializer, request)
        once = self.once("member", asked)
        member = once.make(Member.objects.all(), partial(registry.register, **asked, by=request.user))
        return done(self.get_serializer(member).data, again=once.again)


class OneMember(MemberView):
    @extend_schema(operation_id="member")
    def get(self, request: ApiRequest, member_id: int) -> Response:
        return self.answer(self.member(member_id))

    @extend_schema(operation_id="member_edit", request=EditSerializer)
    def patch(self, request: ApiRequest, member_id: int) -> Response:
        """Changes the given fields. A manager may also activate or deactivate the member and set a new PIN."""
        member = self.member(member_id)
        return self.answer(registry.edit(member.pk, by=request.user, **self.asked(EditSerializer, request)))

    @extend_schema(operation_id="member_erase", responses={204: None})
    def delete(self, request: ApiRequest, member_id: int) -> Response:
        """Managers only: erases the person's details; the number, the points ledger and the bills stay."""
        member = self.member(member_id)
        if request.user.may(Permission.MEMBERS):  # who may not is refused by the verb
            step_up.demand(request)
        registry.erase(member.pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberConsent(MemberView):
    problems = (429,)

    @extend_schema(operation_id="member_consent", request=PinSerializer, responses={201: ConsentGivenSerializer})
    def post(self, request: ApiRequest, member_id: int) -> Response:
        """Records the member's consent by PIN; the token is good once, for five minutes. A wrong PIN is 403
        `wrong_pin`; after five the member's PIN is locked: 429."""
        member = self.member(member_id)
        token = consents.give(member.pk, self.asked(PinSerializer, request)["pin"], by=request.user)
        given = {"consent": token, "expires_in": int(consents.GOOD_FOR.total_seconds())}
        return Response(given, status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class MemberVip(MemberView):
    @extend_schema(operation_id="member_vip_grant", request=VipSerializer)
    def put(self, request: ApiRequest, member_id: int) -> Response:
        asked = self.asked(VipSerializer, request)
        return self.answer(vip.grant(self.member(member_id).pk, by=request.user, **asked))

    @extend_schema(
        operation_id="member_vip_withdraw",
        request=OpenApiRequest(ConsentSerializer),
        responses={200: MemberSerializer},
    )
    def delete(self, request: ApiRequest, member_id: int) -> Response:
        consent = self.asked(ConsentSerializer, request)
        return self.answer(vip.withdraw(self.member(member_id).pk, by=request.user, **consent))


class MemberStaff(MemberView):
    """Links a member to a staff user, so that nobody rings up sales on their own card."""

    permission_classes = [IsManager]
    serializer_class = StaffSerializer  # type: ignore[assignment]

    @extend_schema(operation_id="member_staff")
    def get(self, request: ApiRequest, member_id: int) -> Response:
        return self.answer(self.member(member_id))

    @extend_schema(operation_id="member_staff_link", request=LinkSerializer)
    def put(self, request: ApiRequest, member_id: int) -> Response:
        """One card per person: a colleague who already has one is 409 `in_use`."""
        member = self.member(member_id)
        registry.link_staff(member.pk, self.asked(LinkSerializer, request)["user"], by=request.user)
        return self.answer(self.member(member_id))

    @extend_schema(operation_id="member_staff_unlink", responses={204: None})
    def delete(self, request: ApiRequest, member_id: int) -> Response:
        registry.link_staff(self.member(member_id).pk, None, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberPoints(MemberView):
    """The points ledger, the newest entry first."""

    serializer_class = PointsEntrySerializer  # type: ignore[assignment]
    pagination_class = Pages
    ordering: Any = ("-id",)
    reads_key = True

    @extend_schema(operation_id="member_points", responses=PointsEntrySerializer(many=True))
    def get(self, request: ApiRequest, member_id: int) -> Response:
        return self.listed(PointsEntry.objects.filter(member=self.member(member_id)).select_related("by"))

    @extend_schema(
        operation_id="member_points_correct", request=CorrectionSerializer, responses={201: PointsEntrySerializer}
    )
    def post(self, request: ApiRequest, member_id: int) -> Response:
        """A manager's correction, with a reason."""
        member, asked = self.member(member_id), self.asked(CorrectionSerializer, request)
        once = self.once(f"points of member {member.pk}", asked)
        entry = once.make(member.entries.all(), partial(points.adjust, member.pk, by=request.user, **asked))
        return done(self.get_serializer(entry).data, again=once.again)


class MemberMerge(MemberView):
    reads_key = True
    permission_classes = [permitted(Permission.MEMBERS), ConfirmedLately]

    @extend_schema(operation_id="members_merge", request=MergeSerializer)
    def post(self, request: ApiRequest) -> Response:
        """Merges two cards of one person: points move, bills stay with their card, and what the card that stays lacks
        is taken over. It cannot be undone."""
        asked = self.asked(MergeSerializer, request)
        once = self.once("members merged", asked)
        member = once.make(Member.objects.all(), partial(merging.merge, **asked, by=request.user))
        return done(self.get_serializer(member).data, again=once.again, first=200)
