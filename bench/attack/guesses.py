"""Sends many guesses for one person at once, to the API and to three lock screens, and counts how many are checked."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

from bench.attack.bodies import address_of, asked

AT_ONCE, GUESSES_A_DOOR, MOST_A_DAY = 6, 40, 50
TOKEN = "0" * 32  # the form's CSRF token and its cookie only have to match
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def guess(url: str, username: str, locked_sessions: Sequence[str]) -> dict[str, Any]:
    """Counts the answers; `locked_sessions` are the keys of sessions with a locked screen."""
    where = address_of(url)

    def at_the_api(number: int) -> int:
        body = json.dumps({"username": username, "password": f"guess-{number}"}).encode()
        return asked(where, "POST", "/api/v1/auth/token", body, **{"Content-Type": "application/json"})[0]

    def at_the_lock(session: str) -> Callable[[int], int]:
        cookies = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}

        def one(number: int) -> int:
            pin = f"{number * 7919 % 1_000_000:06d}"
            body = urlencode({"who": username, "secret": pin, "csrfmiddlewaretoken": TOKEN}).encode()
            return asked(where, "POST", "/unlock", body, **FORM, **cookies)[0]

        return one

    doors = [at_the_api, *map(at_the_lock, locked_sessions)]
    tries = [(door, number) for number in range(GUESSES_A_DOOR) for door in doors]
    with ThreadPoolExecutor(AT_ONCE) as hands:
        answers = Counter(hands.map(lambda one: one[0](one[1]), tries))
    return told(answers)


def told(answers: Counter[int]) -> dict[str, Any]:
    """401 or 403 means that a guess was checked; 429 that it was not."""
    looked_at = answers[401] + answers[403]
    refused_whole = answers[429]
    return {
        "guesses": answers.total(),
        "statuses": {str(status): number for status, number in sorted(answers.items())},
        "looked_at": looked_at,
        "holds": 0 < looked_at <= MOST_A_DAY and looked_at + refused_whole == answers.total(),
    }
