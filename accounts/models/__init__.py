"""The tables of staff, by noun."""

from accounts.models.approvals import Action, Approval, ApprovalRequest, ApprovalRule, Deed, SizeField
from accounts.models.audit import AuditEntry
from accounts.models.people import Attempts, Role, User, UserManager

__all__ = [
    "Action",
    "Approval",
    "ApprovalRequest",
    "ApprovalRule",
    "Attempts",
    "AuditEntry",
    "Deed",
    "Role",
    "SizeField",
    "User",
    "UserManager",
]
