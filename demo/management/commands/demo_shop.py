import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo import loading, opening, people
from pos.errors import Refused


class Command(BaseCommand):
    help = "Fills an empty shop with goods, people and three weeks of trade to try it with. Only where DEBUG is on."
    requires_system_checks = ()  # the worker, which `make demo` starts next, makes them

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo shop has a password everybody knows: it is only made where DEBUG is on.")
        call_command("migrate", verbosity=0, skip_checks=True)  # in this process: each new one takes seconds to begin
        if loading.is_loaded():
            self.stdout.write("The demo shop is there already.")
        elif loading.is_begun():
            self.stdout.write(
                "Loading the demo shop was interrupted: it is there in part. For a whole one, begin with an empty database."
            )
        else:
            self.load()
        self.sign_ins()

    def load(self) -> None:
        self.stdout.write("Stocking the demo shop ...")
        try:
            loading.load(lambda line: self.stdout.write(f"  {line}"))
        except Refused as refused:
            raise CommandError(refused.message) from None

    def sign_ins(self) -> None:
        where = f"http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
        cashiers = ", ".join(cashier["username"] for cashier in people.CASHIERS)
        for what, how in {
            "The shop": f"{where}/",
            "The back office": f"{where}/admin/",
            "The API to try": f"{where}/api/v1/docs",
            "Manager": people.MANAGER["username"],
            "Cashiers": cashiers,
            "Password": people.PASSWORD,
            "Till PIN": people.TILL_PIN,
            "Members' PIN": people.PIN,
            "A label": f"{opening.label(3, 1, grams=350)}, 350 g of cheese",
        }.items():
            self.stdout.write(f"{what + ':':17}{how}")
