"""The badge of the desk in the navigation."""

from django import template

from accounts.models import User
from pos import upkeep
from pos.models import UpkeepKind
from reports.figures import attention

register = template.Library()


@register.simple_tag
def books_are_broken(manager: User) -> str:
    """What the last audit of the books found, if it found a fault."""
    return upkeep.last_fault(UpkeepKind.AUDIT) if manager.is_manager else ""


@register.simple_tag
def waits_at_desk(manager: User) -> int:
    return attention.in_badge(manager)
