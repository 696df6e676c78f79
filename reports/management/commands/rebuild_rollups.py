from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from reports.rollups import keeping

TELL_EVERY = 2.0


class Command(BaseCommand):
    help = "Makes the kept sums of closed days anew from the bills."

    def handle(self, *args: Any, **options: Any) -> None:
        days, begun = keeping.to_make(), monotonic()
        tell_at, done = begun + TELL_EVERY, 0
        for done, made in enumerate(keeping.rebuild(), 1):
            if monotonic() >= tell_at:
                self.stdout.write(f"{made}: {min(done, days)} of {days} days")
                tell_at = monotonic() + TELL_EVERY
        self.stdout.write(
            self.style.SUCCESS(
                f"{days} days and {done - days} months, sums until months and stocks in {monotonic() - begun:.1f} s."
            )
        )
