from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from pos import message_catalog


class Command(BaseCommand):
    help = "Bring locale/ up to date with the sentences of the tree, and say which still need a text."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for language, name in settings.LANGUAGES:
            if language == message_catalog.OURS:
                continue
            catalog = message_catalog.bring_up_to_date(language)
            lacking = message_catalog.missing(catalog)
            self.stdout.write(f"{name}: {len(catalog)} sentences, {len(lacking)} without a text")
            for sentence in lacking:
                self.stdout.write(f"  {sentence}")
