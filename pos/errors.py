"""The exceptions with which the shop refuses a request."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pos.web import request_id


class Refused(Exception):
    """A well-formed request that the shop refuses: a stable code, a sentence for people, and the facts behind it."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: Any = _("This cannot be done.")

    def __init__(self, message: str | Promise = "", **facts: Any) -> None:
        self.message = str(message or type(self).message)
        self.facts = facts
        request_id.refused.set(self.code)
        super().__init__(self.message)


class Invalid(Refused):
    """A malformed request: `field` names the part at fault, as the API spells it."""

    code = "invalid"
    status = 400

    def __init__(self, field: str, message: str | Promise, code: str = "invalid") -> None:
        super().__init__(message)
        self.field = field
        self.reason = code


class Stale(Refused):
    """A write based on an old version of the row."""

    code = "stale"
    message = _("Somebody changed this in the meantime. Look at it again, then repeat your change.")


class InUse(Refused):
    code = "in_use"
    message = _("This is already taken.")


class TooLarge(Refused):
    code = "too_large"
    status = 413
    message = _("This is more than the shop takes at once.")


class OutOfScope(Refused):
    """A machine's key asks for more than a manager gave it."""

    code = "out_of_scope"
    status = 403
    message = _("This key may not do this.")


class ManagersOnly(Refused):
    code = "permission_denied"
    status = 403
    message = _("Only a manager may do this.")
