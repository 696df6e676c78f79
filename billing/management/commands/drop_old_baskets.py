from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.basket import baskets


class Command(BaseCommand):
    help = "Give up the baskets nobody has touched for as long as the settings say. The worker does so every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, choices=range(1, 3651), metavar="DAYS", help="instead of the settings'")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{baskets.drop_untouched(options['days'])} baskets given up")
