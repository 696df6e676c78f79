"""Sessions and their users, found in plain SQL: every page asks for both, and querysets cost ten times the CPU."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from pos.columns import columns_of, made
from pos.postgres.rows import rows

READ = f"SELECT {columns_of(Session, 's')} FROM django_session s WHERE session_key = %s AND expire_date > %s"
BEFORE = "django.contrib.auth.backends.ModelBackend"


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = rows(READ, [(self.session_key or "").replace("\0", ""), timezone.now()])
        if found:
            return made(Session, found[0])
        self._session_key = None
        return None

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Sessions that were open when `Staff` came go on."""
        told = super().decode(session_data)
        if told.get(BACKEND_SESSION_KEY) == BEFORE:
            told[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        return told


class Staff(ModelBackend):
    """Django's check of name and password."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.by_key(user_id)
        return user if user and self.user_can_authenticate(user) else None
