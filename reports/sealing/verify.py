"""Proves an archive of the shop's books: python verify.py --key KEY [FOLDER]

KEY is the shop's public key, 64 figures that it gave you by another way than this archive. Needs Python and the package
`cryptography`, nothing of the shop's own.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def documents(folder: Path, key: Ed25519PublicKey, faults: list[str]) -> Iterator[dict[str, Any]]:
    """Each seal's document, its signature and chain looked at."""
    before = ""
    for place, line in enumerate((folder / "seals.jsonl").read_text().splitlines(), 1):
        seal = json.loads(line)
        document = json.loads(seal["document"])
        if document["number"] != place or document["before"] != before:
            faults.append(f"Seal {document['number']} does not follow the one before it.")
        try:
            key.verify(bytes.fromhex(seal["signature"]), seal["document"].encode())
        except InvalidSignature:
            faults.append(f"Seal {document['number']} is not signed with this key.")
        before = hashlib.sha256(seal["document"].encode()).hexdigest()
        yield document


def rows(path: Path) -> Iterator[list[Any]]:
    with path.open(newline="\n") as file:
        yield from map(json.loads, file)


def line(cells: list[Any], places: list[int]) -> bytes:
    """The columns a seal names, as the database wrote them."""
    return (json.dumps([cells[place] for place in places], ensure_ascii=False) + "\n").encode()


def look_at(folder: Path, schema: dict[str, list[str]], seals: list[dict[str, Any]], faults: list[str]) -> int:
    """Compares every ledger with the seals; returns how many rows are sealed."""
    sealed = 0
    for table, known in schema.items():
        found = rows(folder / f"{table}.jsonl")
        row = next(found, None)
        for seal in seals:
            if (fact := seal["ledgers"].get(table)) is None:
                continue
            places = [known.index(name) for name in fact["columns"]]
            digest, count = hashlib.sha256(), 0
            while row and int(row[0]) <= fact["until"]:
                digest.update(line(row, places))
                count, row = count + 1, next(found, None)
            sealed += count
            if (count, digest.hexdigest()) != (fact["rows"], fact["sha256"]):
                faults.append(f"Seal {seal['number']}: {table} was changed.")
    return sealed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", required=True, help="the shop's public key")
    asked = parser.parse_args()
    faults: list[str] = []
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(asked.key))
    seals = list(documents(asked.folder, key, faults))
    sealed = look_at(asked.folder, json.loads((asked.folder / "schema.json").read_text()), seals, faults)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or f"{len(seals)} seals over {sealed} rows hold.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
