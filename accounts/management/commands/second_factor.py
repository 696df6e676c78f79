from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import second_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Says whether a person has a second factor; --off takes a lost one off, so that the password signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--off", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.people().filter(username__iexact=options["username"]).first()
        if user is None:
            raise CommandError(f"Nobody here is called {options['username']}.")
        if options["off"]:
            second_factor.take_off(user, by=None)
            self.stdout.write(f"{user} signs in as {user.username} with the password alone.")
        else:
            has = "has a" if second_factor.is_set_up(user) else "has no"
            self.stdout.write(f"{user} ({user.username}) {has} second factor.")
