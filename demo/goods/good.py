from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """A product. `a_day` is how many pieces or kilograms sell on an ordinary weekday."""

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
    """A category with its code, its colour and its products' busiest hours."""

    code: str
    name: str
    ground: str
    goods: tuple[Good, ...]
