from functools import partial
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import known_devices, second_factor, sign_in, step_up, tokens
from accounts.access.second_factor import LONGEST_CODE
from accounts.access.sign_in import LONGEST_PASSWORD
from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from accounts.models import Role, User
from accounts.people import badges, staff
from pos.api.fields import EmailField, StrictModelSerializer, StrictSerializer, TextField
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.views import ApiView, Query, done


class PasswordField(TextField):
    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"max_length": LONGEST_PASSWORD, "trim_whitespace": False, "write_only": True, **kw})


class CredentialsSerializer(StrictSerializer):
    username = TextField(max_length=150)
    password = PasswordField()
    otp = TextField(
        max_length=LONGEST_CODE,
        required=False,
        write_only=True,
        help_text="of a manager with a second factor: the app's code, or a recovery code",
    )


class RefreshSerializer(StrictSerializer):
    refresh = TextField(max_length=2000)


class TokensSerializer(StrictSerializer):
    access = serializers.CharField()
    refresh = serializers.CharField()


class OpenDoor(ApiView):
    """For callers who have not signed in: an expired token in the header is ignored."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    def asked(self, request: Request) -> dict[str, Any]:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class Token(OpenDoor):
    serializer_class = CredentialsSerializer
    problems = (401, 403, 429)

    @extend_schema(operation_id="token", responses={200: TokensSerializer})
    def post(self, request: Request) -> Response:
        """Exchanges name and password for an access token, valid for minutes, and a single-use refresh token. 401
        `second_factor_needed`: ask the person for a code, and send it along as `otp`."""
        asked = self.asked(request)
        user = sign_in.verify(asked["username"], asked["password"], request._request)
        second_factor.demand(user, asked.get("otp", ""), request._request)
        sign_in.entered(user, request._request, is_program=True)
        answer = Response(tokens.issue(user, request._request))
        return known_devices.remember(request._request, answer, user.username)


class TokenRefresh(OpenDoor):
    serializer_class = RefreshSerializer
    problems = (401,)

    @extend_schema(operation_id="token_refresh", responses={200: TokensSerializer})
    def post(self, request: Request) -> Response:
        """Exchanges a refresh token for a new pair; the old one is spent."""
        return Response(tokens.renew(**self.asked(request)))


class TokenRevoke(OpenDoor):
    serializer_class = RefreshSerializer
    problems = (401,)

    @extend_schema(operation_id="token_revoke", responses={204: None})
    def post(self, request: Request) -> Response:
        """Ends the sign-in of this refresh token without issuing a new one."""
        tokens.revoke(**self.asked(request))
        return Response(status=204)


class UserSerializer(StrictModelSerializer):
    email = EmailField(required=False, allow_blank=True)
    password = PasswordField(
        required=False, help_text="needed to make a user; setting it ends the user's sessions and tokens"
    )

    pin = TextField(
        max_length=20,
        required=False,
        allow_blank=True,
        write_only=True,
        trim_whitespace=False,
        help_text="the till PIN: six digits; blank takes it away",
    )
    has_pin = serializers.BooleanField(source="pin", read_only=True)
    has_badge = serializers.BooleanField(source="badge", read_only=True)

    class Meta:
        model = User
        fields = (
            "id",
            "username",
            "name",
            "email",
            "role",
            "custom_role",
            "is_active",
            "has_pin",
            "has_badge",
            "joined_at",
            "last_login",
            "password",
            "pin",
        )
        read_only_fields = ("id", "joined_at", "last_login")


class NewUserSerializer(UserSerializer):
    password = PasswordField()


class UserQuery(Query):
    name = TextField(required=False, max_length=100, help_text="part of the name or user name")
    email = TextField(required=False, max_length=254, help_text="part of the e-mail address")
    role = serializers.ChoiceField(Role.choices, required=False)
    is_active = serializers.ChoiceField(["true", "false"], required=False)


class Users(ApiView):
    queryset = User.objects.people().order_by("id")
    serializer_class = UserSerializer
    query_class = UserQuery
    reads_key = True
    pagination_class = Pages
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="users_list", responses=UserSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(User.objects.matching(**self.query))

    @extend_schema(operation_id="users_create", request=NewUserSerializer, responses={201: UserSerializer})
    def post(self, request: Request) -> Response:
        asked = NewUserSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("user", asked.validated_data)
        made = once.make(User.objects.all(), partial(staff.hire, by=person(request), **asked.validated_data))
        return done(UserSerializer(made).data, again=once.again)


class OneUser(ApiView):
    lookup_url_kwarg = "user_id"
    queryset = User.objects.people()
    serializer_class = UserSerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="users_retrieve")
    def get(self, request: Request, user_id: int) -> Response:
        return Response(UserSerializer(self.get_object()).data)

    @extend_schema(operation_id="users_change")
    def patch(self, request: Request, user_id: int) -> Response:
        user = self.get_object()
        asked = UserSerializer(user, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(UserSerializer(self.changed(user, person(request), dict(asked.validated_data))).data)

    @transaction.atomic
    def changed(self, user: User, me: User, asked: dict[str, Any]) -> User:
        pin = asked.pop("pin", None)
        changed = staff.change(user, by=me, **asked)
        if pin is not None:
            staff.set_pin(changed, pin, by=me)
        return User.objects.get(pk=changed.pk)

    @extend_schema(operation_id="users_switch_off", responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        """Deactivates the person; the books keep the name."""
        staff.switch_off(self.get_object(), by=person(request))
        return Response(status=204)


class BadgeSerializer(StrictSerializer):
    code = serializers.CharField(help_text="to be printed and scanned; told only now")


class UserBadge(ApiView):
    lookup_url_kwarg = "user_id"
    queryset = User.objects.people()
    serializer_class = BadgeSerializer
    permission_classes = [IsManager, ConfirmedLately]

    @extend_schema(operation_id="users_badge_make", request=None)
    def put(self, request: Request, user_id: int) -> Response:
        """Makes a badge; one made before opens nothing any more."""
        code = badges.issue(self.get_object(), by=person(request))
        return Response({"code": code}, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="users_badge_revoke", responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        badges.revoke(self.get_object(), by=person(request))
        return Response(status=204)


class UserSignIn(ApiView):
    lookup_url_kwarg = "user_id"
    queryset = User.objects.people()
    serializer_class = UserSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="users_sign_in_open", request=None, responses={204: None})
    def put(self, request: Request, user_id: int) -> Response:
        """Opens a sign-in again that wrong guesses closed."""
        staff.open_sign_in(self.get_object(), by=person(request))
        return Response(status=204)


class UserSecondFactor(ApiView):
    lookup_url_kwarg = "user_id"
    queryset = User.objects.people()
    serializer_class = UserSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="users_second_factor_off", responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        """Takes off a person's second factor: the password alone signs them in. Needs a sign-in of the last minutes."""
        user = self.get_object()
        step_up.demand(request)
        second_factor.take_off(user, by=person(request))
        return Response(status=204)
