"""Template tags for the approval pages."""

from decimal import Decimal

from django import template
from django.http import QueryDict

from accounts.approvals import approvals, approvers, sentences
from accounts.approvals.approval_flow import to_send_again
from accounts.approvals.approvals import NeedsApproval
from accounts.models import Action, Approval, ApprovalRequest, User

register = template.Library()


@register.filter
def sent_again(form: QueryDict) -> list[tuple[str, str]]:
    return to_send_again(form)


@register.filter
def action_name(action: str) -> str:
    return Action(action).spoken


@register.filter
def sentence(asked: ApprovalRequest | Approval) -> str:
    return sentences.of(asked.action, asked.size, asked.facts)


@register.filter
def sentence_at_till(refusal: NeedsApproval) -> str:
    """The question to the managers, as the cashier may read it."""
    asked = refusal.facts
    return sentences.at_till(asked["action"], refusal.size or Decimal(asked["size"]), asked["facts"])


@register.simple_tag
def waiting_for(manager: User) -> int:
    return approvals.waiting_for(manager)


@register.simple_tag
def likely_approver(asker: User) -> str:
    return approvers.likely(asker)
