"""The staff and members of the demo shop."""

from typing import Any

PASSWORD = "demo-shop-2026"
PIN = "271828"
TILL_PIN = "314159"

MANAGER = {"username": "may", "name": "May Lindqvist", "email": "may@example.org"}
CASHIERS = (
    {"username": "ana", "name": "Ana Castro", "email": "ana@example.org"},
    {"username": "ben", "name": "Ben Adler", "email": "ben@example.org"},
    {"username": "ida", "name": "Ida Novak", "email": "ida@example.org"},
)

VIPS = 8
MEMBERS = (
    "Vera Vogel", "Tomasz Zielinski", "Leyla Demir", "Oskar Brandt", "Miriam Katz", "Joon-ho Park", "Sofia Marchetti",
    "Henrik Solberg", "Carla Mendes", "Philipp Engel", "Nadia Haddad", "Theo Baumann", "Grace Okafor", "Lukas Steiner",
    "Yuki Tanaka", "Renate Krause", "Amir Farahani", "Clara Lindner", "Mateo Fuentes", "Ingrid Dahl", "Jonas Wirth",
    "Priya Nair", "Emil Hoffmann", "Zofia Kowalska", "Samuel Ofori", "Marlene Busch", "Daniel Rossi", "Aylin Yildiz",
    "Paul Neumann", "Hanna Virtanen",
)  # fmt: skip

SHOP: dict[str, Any] = {
    "shop_name": "Lindenhof · Good Food & Small Gifts",
    "shop_address": "Lindenstraße 24\n10969 Berlin",
    "tax_number": "DE000000000",
    "return_days": 30,
    "receipt_footer": "Thank you, and see you tomorrow.",
}


def email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def phone(place: int) -> str:
    """From the numbers reserved for films and examples."""
    return f"+49302312{5100 + place * 7}"
