"""python -m pos.embedded start | stop | url | shop-url | wal-url"""

import os
import sys
from pathlib import Path

from pos.embedded.owner import CannotStart
from pos.embedded.server import BASE_DIR, FOLLOWER, SHOP, start, stop, url


def main(arguments: list[str]) -> int:
    folder = Path(os.environ.get("POS_DATA") or BASE_DIR / "var").resolve()
    data = folder / "postgres"
    try:
        match arguments:
            case ["start"]:
                print(start(data))
            case ["stop"]:
                stopped = [
                    place.name
                    for place in (
                        data,
                        folder / "test-postgres",
                        folder / "drill" / "postgres",
                        folder / "moment" / "postgres",
                    )
                    if stop(place)
                ]
                print(f"Stopped: {', '.join(stopped)}." if stopped else "No database of ours was running.")
            case ["url"]:
                print(url(data))
            case ["shop-url"]:
                print(url(data, SHOP))
            case ["wal-url"]:
                print(url(data, FOLLOWER))
            case _:
                print("usage: python -m pos.embedded start | stop | url | shop-url | wal-url", file=sys.stderr)
                return 2
    except (CannotStart, PermissionError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
