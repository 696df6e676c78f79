"""Which backups are kept: arithmetic on their times, no files and no clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

ALL_FOR = timedelta(hours=2)
# how many of the newest hours, days, weeks and months keep their last backup
PLAN = (("%Y-%m-%d %H", 24), ("%Y-%m-%d", 14), ("%G-%V", 8), ("%Y-%m", 24))


def kept(taken: Iterable[datetime], now: datetime) -> set[datetime]:
    """All of the last two hours, then the last one of each of 24 hours, 14 days, 8 weeks and 24 months; always the
    newest."""
    newest_first = sorted(taken, reverse=True)
    keep = set(newest_first[:1]) | {at for at in newest_first if at > now - ALL_FOR}
    for spelling, count in PLAN:
        last_of: dict[str, datetime] = {}
        for at in newest_first:
            last_of.setdefault(at.strftime(spelling), at)
        keep |= set(list(last_of.values())[:count])
    return keep


def bases_kept(taken: Iterable[datetime], now: datetime, back: timedelta) -> set[datetime]:
    """Those of the time any moment of which can be brought back, and the last one before it, which it goes on from."""
    newest_first = sorted(taken, reverse=True)
    within = [at for at in newest_first if at > now - back]
    return {*within, *newest_first[len(within) : len(within) + 1]}
