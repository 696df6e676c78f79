"""Checks the server of this container: python -m pos.web.health_check healthz | readyz"""

import sys
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 9

if __name__ == "__main__":
    try:
        urlopen(f"http://127.0.0.1:8000/{sys.argv[1]}", timeout=PATIENCE).close()
    except (URLError, OSError) as trouble:
        sys.exit(str(trouble))
