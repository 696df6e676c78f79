import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role, User
from accounts.people import staff
from pos.errors import Refused


class Command(BaseCommand):
    help = "Makes a manager: the only way in for the first one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="?")
        parser.add_argument("--name")
        parser.add_argument("--email", default="")
        parser.add_argument("--if-none", action="store_true", help="only where the shop has no manager who can sign in")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_none"] and (
            User.objects.filter(role=Role.MANAGER, is_active=True).exists() or not self.is_asked()
        ):
            return
        username = options["username"] or input("User name: ").strip()
        name = options["name"] or (username if options["password_stdin"] else input("Name: ").strip()) or username
        manager = {"username": username, "name": name, "email": options["email"], "role": Role.MANAGER}
        try:
            User(**manager).clean_fields(exclude=["password"])
            staff.hire(by=None, password=self.password(options["password_stdin"]), **manager)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(f"{name} can sign in as {username}.")

    def is_asked(self) -> bool:
        """Whether somebody sits at the terminal; a shop that starts by itself says how it is done."""
        if sys.stdin.isatty():
            return True
        self.stdout.write("There is no manager yet. Make one at a terminal: make manager.")
        return False

    def password(self, piped: bool) -> str:
        if piped:
            return sys.stdin.readline().rstrip("\r\n")
        password = getpass("Password: ")
        if getpass("Password again: ") != password:
            raise CommandError("The two passwords differ.")
        return password
