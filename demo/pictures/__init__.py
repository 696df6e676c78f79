"""One drawing per kind of goods, in the colours of the product on the ground of its category."""

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
    """The product's picture as a WebP file."""
    sketch = Sketch(ground)
    DRAWINGS[kind](sketch, *colours)
    return sketch.webp()
