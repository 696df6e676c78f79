"""The tables about staff."""

from accounts.models.approvals import Action, Approval, ApprovalRequest, ApprovalRule, Deed, SizeField
from accounts.models.audit import AuditEntry
from accounts.models.keys import ApiKey, KeyMinute, KeySecret
from accounts.models.people import Attempts, Role, User, UserManager
from accounts.models.roles import CustomRole, Permission
from accounts.models.tokens import SpentToken, TokenFamily

__all__ = [
    "Action",
    "ApiKey",
    "Approval",
    "ApprovalRequest",
    "ApprovalRule",
    "Attempts",
    "AuditEntry",
    "CustomRole",
    "Deed",
    "KeyMinute",
    "KeySecret",
    "Permission",
    "Role",
    "SizeField",
    "SpentToken",
    "TokenFamily",
    "User",
    "UserManager",
]
