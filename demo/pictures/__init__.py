"""Product pictures: one drawing per kind of product, in the product's colours on its category's background."""

from collections.abc import Callable

from demo.drawing import Sketch
from demo.pictures import counter, garden, gifts, vessels

Drawing = Callable[[Sketch, str, str], None]
DRAWINGS: dict[str, Drawing] = {
    name: drawing
    for module in (counter, garden, gifts, vessels)
    for name, drawing in vars(module).items()
    if callable(drawing) and getattr(drawing, "__module__", "") == module.__name__
}


def picture(kind: str, colours: tuple[str, str], ground: str) -> bytes:
    """The product's picture as WebP."""
    sketch = Sketch(ground)
    DRAWINGS[kind](sketch, *colours)
    return sketch.webp()
