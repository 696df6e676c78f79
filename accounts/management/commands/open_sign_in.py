from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.people import staff


class Command(BaseCommand):
    help = "Opens a person's sign-in again that too many wrong passwords or PINs have closed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            raise CommandError(f"Nobody here is called {options['username']}.")
        staff.open_sign_in(user, by=None)
        self.stdout.write(f"{user} can sign in again as {user.username}.")
