import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from pos.web.page_files import whole_files

PARTS = {
    "css/shop.css": (
        '@layer base, parts;\n@import url("base.css") layer(base);\n@import url("parts/pad.css") layer(parts);\n'
    ),
    "css/base.css": "body { margin: 0 }\n",
    "css/parts/pad.css": ".pad { gap: 0 }\n",
    "js/till.js": 'import "./scanning/box.js";\nimport { keep } from "./parts/kept.js";\nkeep(1);\n',
    "js/scanning/box.js": 'import { keep, LIMIT } from "../parts/kept.js";\nimport "./kept.js";\nkeep(LIMIT);\n',
    "js/scanning/kept.js": "const LIMIT = 1;\n",
    "js/parts/kept.js": "export const LIMIT = 3;\nexport function keep(what) {}\n",
    "admin/js/other.js": 'import "./else.js";\n',
}


def test_stylesheet_includes_each_part_in_its_layer() -> None:
    whole = whole_files(list(PARTS), PARTS.__getitem__)["css/shop.css"]
    assert whole == ("@layer base, parts;\n@layer base {\nbody { margin: 0 }\n}\n@layer parts {\n.pad { gap: 0 }\n}\n")


def test_script_includes_each_module_once_before_its_importers() -> None:
    whole = whole_files(list(PARTS), PARTS.__getitem__)["js/till.js"]
    modules = re.findall(r"^const (\$\S+) = \(", whole, re.MULTILINE)
    assert modules == ["$parts$kept", "$scanning$kept", "$scanning$box", "$till"]
    assert whole.count("const { keep, LIMIT } = $parts$kept;") == 1
    assert whole.count("const { keep } = $parts$kept;") == 1
    assert "return { LIMIT, keep };" in whole
    assert not re.search(r"^(import|export)", whole, re.MULTILINE)


def test_third_party_files_are_not_bundled() -> None:
    assert set(whole_files(list(PARTS), PARTS.__getitem__)) == {"css/shop.css", "js/till.js", "js/scanning/box.js"}


@pytest.mark.parametrize(
    "text",
    [
        'import "./parts/kept.js";\nexport default 3;\n',
        'import "./parts/kept.js";\nimport * as all from "./parts/kept.js";\n',
    ],
    ids=["default", "namespace"],
)
def test_unsupported_module_syntax_stops_collectstatic(text: str) -> None:
    files = {**PARTS, "js/odd.js": text}
    with pytest.raises(ValueError, match=r"js/odd\.js"):
        whole_files(list(files), files.__getitem__)


def test_each_file_used_by_a_page_is_bundled_hashed_and_compressed(gathered: Path) -> None:
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    named = {name for page in pages for name in re.findall(r'{% static "((?:css|js)/[^"]+)" %}', page.read_text())}
    assert {"css/shop.css", "css/admin.css", "js/staff.js", "js/outage/outage-till.js"} <= named
    for name in named:
        stem, dot, ending = name.rpartition(".")
        (hashed,) = gathered.glob(f"{stem}.*{dot}{ending}")
        assert not re.search(r"^(@import|import|export)\b", hashed.read_text(), re.MULTILINE), hashed.name
        assert Path(f"{hashed}.br").exists() and Path(f"{hashed}.gz").exists()


def test_pages_are_compressed_and_api_answers_are_not(client: Client, ana: User) -> None:
    asks: dict[str, Any] = {"headers": {"Accept-Encoding": "gzip, br"}}
    page = client.get("/sign-in", **asks)
    assert page["Content-Encoding"] == "gzip" and "Accept-Encoding" in page["Vary"]
    assert "Content-Encoding" not in client.get("/api/v1", **asks)
    assert "Content-Encoding" not in client.get("/sign-in")
