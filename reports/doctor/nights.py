"""What the worker did by itself, as the doctor shows it."""

from django.db.models import Q, QuerySet

from pos import upkeep
from pos.models import UpkeepRun

SHOWN = 30
FREQUENT = Q(kind__in=upkeep.EVERY_FEW_MINUTES)


def latest() -> QuerySet[UpkeepRun]:
    """The newest first. What is done every few minutes is shown only where it failed."""
    return UpkeepRun.objects.filter(Q(is_good=False) | ~FREQUENT).order_by("-pk")[:SHOWN]
