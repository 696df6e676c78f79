"""Finds products by barcode, SKU and the beginnings of words, with tolerance for small typing errors."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from inventory.models import Product
from inventory.shelf import locations, stock
from pos.money import ZERO

LONGEST = 250
MOST_WORDS = 8
CANDIDATES = 1000
LAST = "\U0010ffff"  # sorts behind every other character


@dataclass(frozen=True, slots=True)
class Found:
    """A product in a list of search results."""

    pk: int
    sku: str
    name: str
    price: Decimal
    sold_by: str
    stock: Decimal
    image_url: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The parsed search: products with exactly this code, the folded text, and the words as a tsquery."""

    codes: list[int]
    text: str
    query: str


NOTHING = Understood([], "", "")

# A word that begins no known word is taken as mistyped: use the closest words known to the shop. This and the search
# are two statements: for a single one the planner's estimate is wrong by two orders of magnitude.
UNDERSTAND = """
    SELECT shop_fold(%(text)s), w.word,
           EXISTS (SELECT 1 FROM inventory_word k WHERE k.text >= w.word AND k.text < w.word || %(last)s),
           CASE WHEN length(w.word) BETWEEN 3 AND 40 THEN ARRAY(
               SELECT k.text FROM inventory_word k
                WHERE (k.text %% w.word OR k.text = ANY (s.swapped)
                       OR (k.text >= left(w.word, 1) AND k.text < left(w.word, 1) || %(last)s
                           AND length(w.word) < 6 AND length(k.text) = length(w.word)))
                  AND levenshtein_less_equal(k.text, w.word, 2) <= 2
                ORDER BY k.text = ANY (s.swapped) DESC, levenshtein(k.text, w.word),
                         similarity(k.text, w.word) DESC, k.text
                LIMIT 5
           ) ELSE '{}' END
      FROM (SELECT word COLLATE "C" AS word, place
              FROM unnest(shop_words(%(text)s)) WITH ORDINALITY AS u (word, place)) w,
           LATERAL (SELECT array_agg(left(w.word, g - 1) || substr(w.word, g + 1, 1) || substr(w.word, g, 1)
                                     || substr(w.word, g + 2)) AS swapped
                      FROM generate_series(1, length(w.word) - 1) AS g) s
     ORDER BY w.place LIMIT %(words)s
"""
RANKED = """
    SELECT p.id, p.sku, p.name, p.price, p.sold_by, coalesce(s.quantity, 0), p.image
      FROM (SELECT id FROM unnest(%(codes)s::bigint[]) AS c (id)
            UNION
            (SELECT id FROM inventory_product
              WHERE shop_fold(name) COLLATE "C" >= %(text)s AND shop_fold(name) COLLATE "C" < %(text)s || %(last)s
                AND is_active
              ORDER BY shop_fold(name) COLLATE "C" LIMIT %(limit)s)
            UNION
            (SELECT id FROM inventory_product WHERE search @@ %(query)s::tsquery AND is_active LIMIT %(candidates)s)
           ) candidate
      JOIN inventory_product p USING (id)
      LEFT JOIN inventory_stock s ON s.product_id = p.id
     WHERE p.is_active
     ORDER BY p.id = ANY (%(codes)s::bigint[]) DESC,
              shop_fold(p.name) = %(text)s DESC,
              p.search @@ %(whole_words)s::tsquery DESC,
              starts_with(shop_fold(p.name), %(text)s) DESC,
              length(p.name), p.name, p.id
     LIMIT %(limit)s
"""
MATCHING = "SELECT id FROM inventory_product WHERE id = ANY (%s::bigint[]) OR search @@ %s::tsquery"
NAMED = "SELECT unnest(%s::bigint[])"


def products(text: str, limit: int = 20, *, location: int | None = None) -> list[Found]:
    """Products on sale that match, the best match first, with what is left of them at this location."""
    found = products_found(text, limit)
    if location is None or not found:
        return found
    left = locations.left_there([hit.pk for hit in found], location)
    return [replace(hit, stock=left.get(hit.pk, ZERO)) for hit in found]


def products_found(text: str, limit: int) -> list[Found]:
    asked = understand(text)
    if not (asked.codes or asked.text):
        return []
    found = _ranked(asked, limit) if asked.query or asked.codes else _literally(asked.text, limit)
    if not found and asked.query:
        second_guess = understand(text, every_word_mistyped=True)
        found = _ranked(second_guess, limit) if second_guess.query != asked.query else []
    return found


def matches(text: str) -> Q:
    """The same search as a filter to combine with others: includes products off sale, without ranking."""
    asked = understand(text)
    if asked.query:
        few = matching(asked)
        sql, values = (MATCHING, [asked.codes, asked.query]) if few is None else (NAMED, [few])
        return Q(pk__in=RawSQL(sql, values))  # noqa: S611  constants, with parameters
    if asked.codes or not asked.text:
        return Q(pk__in=asked.codes)
    return Q(name__contains=asked.text)


def matching(asked: Understood) -> list[int] | None:
    """The matching ids, or None if there are CANDIDATES or more. Needed because the planner estimates that any word
    beginning matches one product in fifty, and would then scan the whole list to find one."""
    with connection.cursor() as cursor:
        cursor.execute(f"{MATCHING} LIMIT %s", [asked.codes, asked.query, CANDIDATES])
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) < CANDIDATES else None


def understand(text: str, *, every_word_mistyped: bool = False) -> Understood:
    """Parses a search. No character is a wildcard, and text longer than any product's finds nothing."""
    text = text.strip()
    if not text or "\0" in text or len(text) > LONGEST:
        return NOTHING
    codes = by_code(text)
    with connection.cursor() as cursor:
        cursor.execute(UNDERSTAND, {"text": text, "last": LAST, "words": MOST_WORDS})
        rows = cursor.fetchall()
    terms = []
    for _, word, is_known, alike in rows:
        meant = [f"'{word}':*"] if is_known or not alike or every_word_mistyped else []
        if alike and (every_word_mistyped or not is_known):
            meant += [f"'{other}'" for other in alike]
        terms.append(f"({' | '.join(meant)})")
    return Understood(codes, rows[0][0] if rows else text, " & ".join(terms))


def by_code(text: str) -> list[int]:
    """The product with this barcode, or else with this SKU."""
    if found := stock.find([text]):
        return [found[text]]
    return list(Product.objects.with_sku(text).values_list("pk", flat=True))


def _ranked(asked: Understood, limit: int) -> list[Found]:
    values: dict[str, Any] = {
        "codes": asked.codes,
        "text": asked.text,
        "query": asked.query,
        "whole_words": asked.query.replace(":*", ""),
        "last": LAST,
        "limit": limit,
        "candidates": CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(RANKED, values)
        rows = cursor.fetchall()
    return [
        Found(pk, sku, name, price, sold_by, left, default_storage.url(image) if image else "")
        for pk, sku, name, price, sold_by, left, image in rows
    ]


def _literally(text: str, limit: int) -> list[Found]:
    """For text without letters or digits: searches names for exactly this text."""
    owners = Product.objects.filter(name__contains=text, is_active=True).order_by("name", "pk")[:limit]
    return _ranked(Understood([product.pk for product in owners], text, ""), limit) if owners else []
