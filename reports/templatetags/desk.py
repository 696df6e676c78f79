"""The badge of the desk in the navigation."""

from django import template

from accounts.models import User
from reports.figures import attention

register = template.Library()


@register.simple_tag
def waits_at_desk(manager: User) -> int:
    return attention.in_badge(manager)
