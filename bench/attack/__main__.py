"""Runs every attack against a shop started for it, on this machine only. The last line is one JSON object."""

import json
import subprocess
import sys
from typing import Any

from bench import stage

PASSWORD = "an attack of our own 1"
WORKERS = 2


def main() -> int:
    with stage.database():
        for command in (["migrate"], ["collectstatic", "--no-input"]):
            subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=stage.BASE_DIR, check=True)
        import django

        django.setup()
        with stage.server(WORKERS) as base:
            figures = attacks(base)
    holds = all(attack["holds"] for attack in figures.values())
    print(json.dumps({**figures, "holds": holds}))
    return 0 if holds else 1


def attacks(base: str) -> dict[str, Any]:
    """Runs each attack and returns its figures."""
    from accounts.models import Role, User
    from accounts.people import staff
    from bench import counter
    from bench.attack import bodies, guesses, matrix, slow

    shop = counter.set_up(slow.TILLS)
    people: dict[str, User] = {
        role: staff.hire(by=None, username=f"attacked-{role}", name=role, role=role, password=PASSWORD)
        for role in (Role.CASHIER, Role.MANAGER)
    }
    figures = {"slow": slow.attack(base, shop)}
    worst = bodies.worst_bodies(base, f"attacked-{Role.CASHIER}", PASSWORD)
    figures["bodies"] = worst | {"holds": not worst["faults"] and worst["slowest_seconds"] <= bodies.MOST_SECONDS}
    figures["matrix"] = matrix.knock(base, people)
    locked = [matrix.locked_session(people[Role.CASHIER]) for _ in range(3)]
    figures["guesses"] = guesses.guess(base, f"attacked-{Role.MANAGER}", locked)
    return figures


if __name__ == "__main__":
    sys.exit(main())
