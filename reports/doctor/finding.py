"""What the doctor says of one thing: how it is, in which words, and what to do about it."""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise

Words = str | Promise


class State(Enum):
    BAD = "bad"
    LOOK = "look"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    title: Words
    state: State
    says: str
    do: Words = ""
    page: str = ""


def good(code: str, title: Words, says: str) -> Finding:
    return Finding(code, title, State.GOOD, says)


def look(code: str, title: Words, says: str, do: Words, page: str = "") -> Finding:
    return Finding(code, title, State.LOOK, says, do, page)


def bad(code: str, title: Words, says: str, do: Words, page: str = "") -> Finding:
    return Finding(code, title, State.BAD, says, do, page)
