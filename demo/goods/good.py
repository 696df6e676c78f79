from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """One row of the shop's range. `a_day` is how many pieces or kilograms go on an ordinary weekday."""

    name: str
    price: str
    cost: str
    a_day: float
    drawn: str
    colours: tuple[str, str]
    description: str
    weighed: bool = False
    full_tax: bool = False
    minimum_age: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category, its sign, its colour and the busiest hours of its goods."""

    code: str
    name: str
    ground: str
    goods: tuple[Good, ...]
