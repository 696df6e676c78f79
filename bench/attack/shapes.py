"""The worst bodies of a size the shop still reads: long lists, deep nesting, long strings, huge numbers, many keys."""

from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import quote

SIZE, FORM_SIZE = 2_600_000, 499_000
DIGITS = "9"
FORM_FIELDS = (
    *("amount", "by", "code", "counted", "current", "email", "key", "label", "language", "line_1", "method", "name"),
    *("new", "next", "note", "opening_float", "password", "percent", "phone", "pin", "points", "product", "quantity"),
    *("quantity_1", "q", "reason", "reference", "register", "secret", "shown_total", "tender", "unit_price"),
    *("username", "version", "who"),
)


def many(piece: str, size: int) -> str:
    """A JSON list that repeats one piece."""
    return f"[{','.join([piece] * (size // (len(piece) + 1)))}]"


def keys(size: int) -> str:
    return "{" + ",".join(f'"k{n}":0' for n in range(size // 13)) + "}"


def deep(size: int, depth: int) -> str:
    return many("[" * depth + "]" * depth, size)


@cache
def values(size: int) -> dict[str, str]:
    """Values for one field of a body, by kind of attack."""
    return {
        "a list of empty objects": many("{}", size),
        "a list of numbers": many("0", size),
        "a list of texts": many('"x"', size),
        "a list of objects of nonsense": many('{"quantity":[],"product":{},"method":0,"x":1}', size),
        "a list of deep lists": deep(size, 400),
        "a list too deep to read": deep(size, 5000),
        "a long text": f'"{"x" * size}"',
        "a long text of escapes": f'"{chr(92)}u0041{(chr(92) + "u00e4") * (size // 6)}"',
        "a long number": DIGITS * size,
        "a long number as text": f'"{DIGITS * size}"',
        "a list of long numbers": many(DIGITS * 4000, size),
        "an exponent": '"1e999999999"',
        "many keys": keys(size),
    }


def bodies(fields: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """JSON bodies: every field the view reads gets its share of the attack's bytes; also bodies that are not
    objects."""
    names = list(fields) or ["x"]
    for evil, share in values(SIZE // len(names) - 20).items():
        yield evil, ("{" + ",".join(f'"{name}":{share}' for name in names) + "}").encode()
    yield "nothing but keys", keys(SIZE).encode()
    yield "nothing but a list", many("{}", SIZE).encode()


def forms(size: int = FORM_SIZE) -> Iterator[tuple[str, bytes]]:
    """The same attacks as urlencoded forms."""
    share = size // len(FORM_FIELDS) - 30
    texts = {"a long text": "x", "a long number": DIGITS, "long spaces": "+", "long signs": "%F0%9F%8D%B5"}
    for evil, text in texts.items():
        value = text * (share // len(text))
        yield evil, "&".join(f"{name}={value}" for name in FORM_FIELDS).encode()
    yield "exponents", "&".join(f"{name}=1e999999999" for name in FORM_FIELDS).encode()
    yield "many fields", "&".join(f"k{n}=0" for n in range(size // 9)).encode()
    yield "as many fields as are read", "&".join(f"line_{n}={n}&quantity_{n}={n}" for n in range(490)).encode()
    yield "many payments", "&".join(["version=1&method=cash&amount=1"] * 330).encode()
    yield "one field again and again", "&".join(["method=cash"] * (size // 12)).encode()
    yield "one name", (quote("ä") * (size // 7) + "=1").encode()


def queries() -> Iterator[tuple[str, str]]:
    long, words = "9" * 100_000, "+".join(f"w{n}" for n in range(20_000))
    yield "many parameters", "&".join(f"k{n}=0" for n in range(20_000))
    yield "one long parameter", f"q={'x' * 100_000}&search={'x+' * 50_000}&cursor={long}&page={long}"
    yield "many words", f"q={words}&search={words}"
