"""The usual tax rates of countries, as a start for the shop's own; nothing but the first form reads them.

In per cent, the standard rate first. `prices_include_tax` is how prices are usually shown there.
"""

from dataclasses import dataclass
from decimal import Decimal

from babel import Locale


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    rates: tuple[Decimal, ...]
    prices_include_tax: bool = True

    def name(self, language: str) -> str:
        return str(Locale.parse(language, sep="-").territories.get(self.code, self.code))


def country(code: str, *rates: str, prices_include_tax: bool = True) -> Country:
    return Country(code, tuple(map(Decimal, rates)), prices_include_tax)


COUNTRIES = {
    found.code: found
    for found in (
        country("AT", "20", "10", "13"),
        country("AU", "10", "0"),
        country("BE", "21", "12", "6"),
        country("BG", "20", "9"),
        country("CA", "5", "0", prices_include_tax=False),
        country("CH", "8.1", "2.6", "3.8"),
        country("CY", "19", "9", "5", "3"),
        country("CZ", "21", "12"),
        country("DE", "19", "7"),
        country("DK", "25"),
        country("EE", "24", "13", "9"),
        country("ES", "21", "10", "4"),
        country("FI", "25.5", "13.5", "10"),
        country("FR", "20", "10", "5.5", "2.1"),
        country("GB", "20", "5", "0"),
        country("GR", "24", "13", "6"),
        country("HR", "25", "13", "5"),
        country("HU", "27", "18", "5"),
        country("IE", "23", "13.5", "9", "0"),
        country("IT", "22", "10", "5", "4"),
        country("JP", "10", "8"),
        country("LT", "21", "12", "5"),
        country("LU", "17", "14", "8", "3"),
        country("LV", "21", "12", "5"),
        country("MT", "18", "7", "5"),
        country("NL", "21", "9"),
        country("NO", "25", "15", "12"),
        country("NZ", "15"),
        country("PL", "23", "8", "5"),
        country("PT", "23", "13", "6"),
        country("RO", "21", "11"),
        country("SE", "25", "12", "6"),
        country("SI", "22", "9.5", "5"),
        country("SK", "23", "19", "5"),
        country("US", "0", prices_include_tax=False),
    )
}


def named(language: str) -> list[tuple[str, str]]:
    """Codes with names, by name."""
    return sorted(((code, found.name(language)) for code, found in COUNTRIES.items()), key=lambda pair: pair[1])
