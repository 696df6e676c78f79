"""Sets up the shop for the replay through the API: products, registers, cashiers. Existing ones are kept."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from bench.invoices import Article, Book, sku
from bench.progress import Progress
from bench.wire import Api, new_key, sentence


class NotFitted(Exception):
    """The server refused a step of the set-up."""


def known_products(manager: Api) -> dict[str, int]:
    """The id of every product, by SKU."""
    found: dict[str, int] = {}
    path: str | None = "/products?page_size=100"
    while path:
        page = must(manager, "GET", path, 200)
        found |= {row["sku"]: row["id"] for row in page["results"]}
        path = within_api(page["next"])
    return found


def within_api(url: str | None) -> str | None:
    if not url:
        return None
    at = urlsplit(url)
    return f"{at.path.removeprefix('/api/v1')}?{at.query}"


def put_up(manager: Api, base: str, book: Book, wanted: list[Article], hands: int) -> tuple[dict[Article, int], int]:
    """Returns the id of each article and how many were created; new ones get enough stock for every invoice of the
    file."""
    known = known_products(manager)
    missing: SimpleQueue[Article] = SimpleQueue()
    for article in wanted:
        if sku(article) not in known:
            missing.put(article)
    made = missing.qsize()
    if made:
        progress = Progress("products", made)

        def work(api: Api) -> None:
            while True:
                try:
                    article = missing.get_nowait()
                except Empty:
                    return
                body = {
                    "sku": sku(article),
                    "name": book.names[article],
                    "price": f"{article[1]}",
                    "stock": str(book.pieces[article]),
                }
                known[sku(article)] = must(api, "POST", "/products", 201, body)["id"]
                progress.step()

        with ThreadPoolExecutor(hands) as pool:
            clerks = [Api(base, **manager.credentials) for _ in range(hands)]
            for clerk in clerks:
                clerk.bearer = manager.bearer
            for done in [pool.submit(work, clerk) for clerk in clerks]:
                done.result()
    return {article: known[sku(article)] for article in wanted}, made


def till(manager: Api, base: str, number: int) -> tuple[str, Api]:
    """A register of kind API and its cashier. The cashier's password is derived from the manager's."""
    code, username = f"REPLAY{number}", f"replay{number}"
    made, told = manager.call(
        "POST", "/registers", {"code": code, "name": f"Replay {number}", "kind": "api"}, new_key()
    )
    if made not in (201, 409):
        raise NotFitted(f"Register {code}: {sentence(told)}")
    secret = f"{manager.credentials['password']} {username}".encode()
    password = hashlib.blake2b(secret, digest_size=24).hexdigest()
    person = {"username": username, "name": f"Replay {number}", "role": "cashier", "password": password}
    made, told = manager.call("POST", "/users", person, new_key())
    if made not in (201, 409):
        raise NotFitted(f"Cashier {username}: {sentence(told)}")
    cashier = Api(base, username, password)
    cashier.sign_in()
    return code, cashier


def must(api: Api, method: str, path: str, expected: int, body: Any = None) -> Any:
    status, told = api.call(method, path, body, new_key() if method == "POST" else "")
    if status != expected:
        raise NotFitted(f"{method} {path} was answered with {status}: {sentence(told)}")
    return told
