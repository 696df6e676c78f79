"""python -m pos.tls names | certificate | authority | front"""

import asyncio
import os
import sys
from pathlib import Path

from pos.embedded.server import BASE_DIR
from pos.tls.certificate import AUTHORITY, names_of_this_machine, ready
from pos.tls.front import listen, with_parent


def main(arguments: list[str]) -> int:
    folder = Path(os.environ.get("POS_DATA") or BASE_DIR / "var").resolve() / "tls"
    names = [name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name] or names_of_this_machine()
    match arguments:
        case ["names"]:
            print(",".join(names))
        case ["certificate"]:
            print(ready(folder, names))
        case ["authority"]:
            print(folder / f"{AUTHORITY}.crt")
        case ["front"]:
            host, port = os.environ.get("FRONT_HOST", "0.0.0.0"), int(os.environ.get("FRONT_PORT", "8443"))
            inner = ("127.0.0.1", int(os.environ["PORT"]))
            try:
                asyncio.run(listen(host, port, ready(folder, names), inner, with_parent()))
            except KeyboardInterrupt:
                pass
            except OSError as error:
                print(f"HTTPS cannot be served on {host}:{port}: {error.strerror or error}.", file=sys.stderr)
                return 1
        case _:
            print("usage: python -m pos.tls names | certificate | authority | front", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
