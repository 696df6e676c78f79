"""The cells of a file, and the refusal of a file that holds none."""

from pos.errors import Invalid

Cell = str | float  # a number only where the file itself says that it is one
Row = tuple[int, list[Cell]]
MOST_ROWS, MOST_COLUMNS = 200_000, 200
LARGEST = 10 * 1024 * 1024


class Unreadable(Invalid):
    code = "unreadable"

    def __init__(self, message: str) -> None:
        super().__init__("file", message, "unreadable")
