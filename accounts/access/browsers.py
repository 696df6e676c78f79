"""The browser or program of a request in two words, from what it says of itself: to recognise it, not to trust it."""

from django.http import HttpRequest

# The first that is found; most browsers name others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 60


def spoken(request: HttpRequest) -> str:
    """ "Firefox, Windows"; for a program its own name for itself; empty if it says nothing."""
    says = request.headers.get("User-Agent", "").replace("\0", "")
    browser = next((name for sign, name in BROWSERS if sign in says), "")
    system = next((name for sign, name in SYSTEMS if sign in says), "")
    return ", ".join(filter(None, [browser, system])) if browser else says[:LONGEST]
