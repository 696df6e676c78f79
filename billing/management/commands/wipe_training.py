from typing import Any

from django.core.management.base import BaseCommand

from billing.receipts import practice


class Command(BaseCommand):
    help = "Delete all bills and baskets made for practice: at registers in training and by keys in sandbox mode."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{practice.wipe()} practice bills wiped")
