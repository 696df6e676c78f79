"""The process that reads a spreadsheet: the file comes in, one line of JSON for each row goes out.

Run by `xlsx_rows` as a program, without the shop around it. The first line names the sheets, as row 0; row -1 says why
there are no rows.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

MEMORY, SECONDS = 420 * 1024 * 1024, 40


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: Any) -> str | float:
    """A number stays one; a date becomes ISO, everything else its text."""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def rows(content: bytes, most: list[int], asked: list[str]) -> Iterator[tuple[int, Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    yield 0, shown
    if not asked:
        return
    sheet = book.get_sheet_by_name(asked[0])
    if sheet.start is None:
        return
    most_rows, most_columns = most
    if sheet.total_width > most_columns:
        yield -1, "wide"
    elif sheet.height > most_rows + 10:
        yield -1, "long"
    else:
        yield from numbered(sheet)


def numbered(sheet: Any) -> Iterator[tuple[int, Any]]:
    """The rows with their numbers. A merged cell says the same in each row it spans down, as it looks on paper."""
    spans = [(top, left, bottom) for (top, left), (bottom, _right) in sheet.merged_cell_ranges or () if bottom > top]
    held: dict[tuple[int, int], Any] = {}
    corners = {(top, left): bottom for top, left, bottom in spans[:1000]}
    for index, cells in enumerate(sheet.to_python(skip_empty_area=False) if spans else sheet.iter_rows()):
        for column in range(len(cells)) if corners else ():
            if bottom := corners.get((index, column)):
                held.update({(row, column): cells[column] for row in range(index + 1, min(bottom, index + 1000) + 1)})
            cells[column] = held.pop((index, column), cells[column])
        yield index + 1, [plain(cell) for cell in cells]


def main() -> None:
    limit()
    content, most, asked = sys.stdin.buffer.read(), [int(limit) for limit in sys.argv[1:3]], sys.argv[3:]
    try:
        for row in rows(content, most, asked):
            sys.stdout.write(f"{json.dumps(row)}\n")
    except MemoryError:
        raise
    except Exception:  # whatever the reader trips over, the file is at fault
        sys.stdout.write('[-1, "damaged"]\n')


if __name__ == "__main__":
    main()
