"""Where somebody is signed in, with an end to each, and what became of sign-ins: one's own, or a manager's view."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import trail
from accounts.access import open_sign_ins
from accounts.api.trail import TrailSerializer
from accounts.doors import person
from accounts.models import User
from pos.api.fields import MomentField
from pos.api.lists import Pages
from pos.api.permissions import IsManager, IsStaffMember
from pos.api.views import ApiView


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="name")
    is_program = serializers.BooleanField(help_text="tokens of the API; otherwise a browser")
    is_this = serializers.BooleanField(help_text="the one that asks")
    browser = serializers.CharField(help_text="or program, as it calls itself; may be empty")
    address = serializers.CharField(help_text="it signed in from; may be empty")
    since = MomentField(allow_null=True)
    seen_at = MomentField(source="seen", allow_null=True, help_text="last touched, of a till that locks itself")
    register = serializers.CharField(help_text="the till it stands at; may be empty")
    is_locked = serializers.BooleanField(help_text="a till that waits for the PIN")


class SessionsSerializer(serializers.Serializer[Any]):
    sessions = SessionSerializer(many=True)


def whose(request: Request, user_id: int | None) -> User:
    return person(request) if user_id is None else get_object_or_404(User.objects.people(), pk=user_id)


class Sessions(ApiView):
    serializer_class = SessionsSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="sessions")
    def get(self, request: Request, user_id: int | None = None) -> Response:
        """Where you are signed in, browsers and programs; the newest first."""
        family = request.auth.get("family", "") if request.auth else ""  # type: ignore[union-attr]
        found = open_sign_ins.of(whose(request, user_id), here=str(family))
        return Response(SessionsSerializer({"sessions": found}).data)

    @extend_schema(operation_id="sessions_end", responses={204: None})
    def delete(self, request: Request, user_id: int | None = None) -> Response:
        """Ends every sign-in, the one that asks included: its tokens are of no use any more."""
        open_sign_ins.end_all(whose(request, user_id), by=person(request))
        return Response(status=204)


class OneSession(ApiView):
    serializer_class = SessionSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="session_end", responses={204: None})
    def delete(self, request: Request, session_id: str, user_id: int | None = None) -> Response:
        """Ends one sign-in: a browser's at once, a program's when its access token runs out within five minutes."""
        open_sign_ins.end(whose(request, user_id), session_id, by=person(request))
        return Response(status=204)


class SignIns(ApiView):
    serializer_class = TrailSerializer
    pagination_class = Pages
    permission_classes = [IsStaffMember]
    ordering: Any = ("-id",)

    @extend_schema(operation_id="sign_ins", responses=TrailSerializer(many=True))
    def get(self, request: Request, user_id: int | None = None) -> Response:
        """What became of each try to sign in as you; the newest first."""
        return self.listed(trail.sign_ins(whose(request, user_id)))


class UserSessions(Sessions):
    permission_classes = [IsManager]

    @extend_schema(operation_id="user_sessions")
    def get(self, request: Request, user_id: int | None = None) -> Response:
        """Where a person is signed in."""
        return super().get(request, user_id)

    @extend_schema(operation_id="user_sessions_end", responses={204: None})
    def delete(self, request: Request, user_id: int | None = None) -> Response:
        """Ends every sign-in of a person."""
        return super().delete(request, user_id)


class OneUserSession(OneSession):
    permission_classes = [IsManager]

    @extend_schema(operation_id="user_session_end", responses={204: None})
    def delete(self, request: Request, session_id: str, user_id: int | None = None) -> Response:
        """Ends one sign-in of a person."""
        return super().delete(request, session_id, user_id)


class UserSignIns(SignIns):
    permission_classes = [IsManager]

    @extend_schema(operation_id="user_sign_ins", responses=TrailSerializer(many=True))
    def get(self, request: Request, user_id: int | None = None) -> Response:
        """What became of each try to sign in as a person."""
        return super().get(request, user_id)
