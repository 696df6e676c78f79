import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from pos.web.page_files import whole_files

PARTS = {
    "css/shop.css": (
        '@layer base, parts;\n@import url("base.css") layer(base);\n@import url("parts/pad.css") layer(parts);\n'
    ),
    "css/base.css": "body { margin: 0 }\n",
    "css/parts/pad.css": ".pad { gap: 0 }\n",
    "js/till.js": 'import "./box.js";\nimport { keep } from "./kept.js";\nkeep(1);\n',
    "js/box.js": 'import { keep, LIMIT } from "./kept.js";\nkeep(LIMIT);\n',
    "js/kept.js": "export const LIMIT = 3;\nexport function keep(what) {}\n",
    "admin/js/other.js": 'import "./else.js";\n',
}


def test_stylesheet_includes_each_part_in_its_layer() -> None:
    whole = whole_files(list(PARTS), PARTS.__getitem__)["css/shop.css"]
    assert whole == ("@layer base, parts;\n@layer base {\nbody { margin: 0 }\n}\n@layer parts {\n.pad { gap: 0 }\n}\n")


def test_script_includes_each_module_once_before_its_importers() -> None:
    whole = whole_files(list(PARTS), PARTS.__getitem__)["js/till.js"]
    assert [whole.count(f"const ${name} = ") for name in ("kept", "box", "till")] == [1, 1, 1]
    assert whole.index("const $kept") < whole.index("const $box") < whole.index("const $till")
    assert "const { keep, LIMIT } = $kept;" in whole
    assert "return { LIMIT, keep };" in whole
    assert not re.search(r"^(import|export)", whole, re.MULTILINE)


def test_third_party_files_are_not_bundled() -> None:
    assert set(whole_files(list(PARTS), PARTS.__getitem__)) == {"css/shop.css", "js/till.js", "js/box.js"}


@pytest.mark.parametrize(
    "text",
    ['import "./kept.js";\nexport default 3;\n', 'import "./kept.js";\nimport * as all from "./kept.js";\n'],
    ids=["default", "namespace"],
)
def test_unsupported_module_syntax_stops_collectstatic(text: str) -> None:
    files = {**PARTS, "js/odd.js": text}
    with pytest.raises(ValueError, match=r"js/odd\.js"):
        whole_files(list(files), files.__getitem__)


def test_each_file_of_a_page_is_bundled_hashed_and_compressed(gathered: Path) -> None:
    for pattern in ("css/shop.*.css", "css/admin.*.css", "js/staff.*.js", "js/outage-till.*.js"):
        (hashed,) = gathered.glob(pattern)
        assert not re.search(r"^(@import|import|export)\b", hashed.read_text(), re.MULTILINE), hashed.name
        assert Path(f"{hashed}.br").exists() and Path(f"{hashed}.gz").exists()


def test_pages_are_compressed_and_api_answers_are_not(client: Client, ana: User) -> None:
    asks: dict[str, Any] = {"headers": {"Accept-Encoding": "gzip, br"}}
    page = client.get("/sign-in", **asks)
    assert page["Content-Encoding"] == "gzip" and "Accept-Encoding" in page["Vary"]
    schema = client.get("/api/v1/schema", **asks)
    assert "Content-Encoding" not in schema
    assert "Content-Encoding" not in client.get("/sign-in")
