"""A manager's approval, given at the till."""

from decimal import Decimal

from accounts.approvals import approvals
from accounts.approvals.approvals import NeedsApproval
from accounts.models import Action, User
from tests.cast import TILL_PIN


def granted(needed: NeedsApproval, asker: User, approver: str = "may") -> str:
    """The token that approves exactly the requested action."""
    return approvals.grant(
        Action(needed.facts["action"]),
        asker=asker,
        approver=approver,
        pin=TILL_PIN,
        facts=needed.facts["facts"],
        size=Decimal(needed.facts["size"]),
    )
