"""Bundles page files for production: a stylesheet or script that imports others becomes one file.

In development the browser follows the imports. Only the forms of import and export matched below are supported.
"""

import re
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

Read = Callable[[str], str]
SHEET = re.compile(r'^@import url\("(?P<file>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?;$', re.MULTILINE)
MODULE = re.compile(r'^import (?:\{ (?P<names>[\w, ]+) \} from )?"(?P<file>\.\.?/[\w/-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)
LEFT = re.compile(r"^(?:@import|import|export)\b.*", re.MULTILINE)


class WholeFiles(CompressedManifestStaticFilesStorage):
    """Static files storage: bundles the shop's files, then WhiteNoise hashes and compresses them."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        for name, text in {} if dry_run else whole_files(list(paths), read).items():
            self.delete(name)
            self._save(name, ContentFile(text.encode()))
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def whole_files(names: list[str], read: Read) -> dict[str, str]:
    """The bundled text of each file that imports others."""
    whole = {}
    for name in names:
        if name.startswith("css/") and SHEET.search(read(name)):
            whole[name] = stylesheet(name, read)
        elif name.startswith("js/") and MODULE.search(read(name)):
            whole[name] = script(name, read)
    for name, text in whole.items():
        if left := LEFT.search(text):
            raise ValueError(f"{name}: nobody knows how to take in {left[0]}")
    return whole


def stylesheet(name: str, read: Read) -> str:
    def part(found: re.Match[str]) -> str:
        text = stylesheet(beside(name, found["file"]), read)
        return f"@layer {found['layer']} {{\n{text}}}" if found["layer"] else text

    return SHEET.sub(part, read(name))


def script(name: str, read: Read) -> str:
    """The modules in execution order, each wrapped in a function that returns its exports."""
    modules: dict[str, str] = {}

    def take_in(name: str) -> None:
        text = read(name)
        for found in MODULE.finditer(text):
            if (needed := beside(name, found["file"])) not in modules:
                take_in(needed)
        exported = ", ".join(EXPORT.findall(text))
        constants = MODULE.sub(lambda found: as_constants(name, found), text)
        body = EXPORT.sub("", constants) + f"return {{ {exported} }};\n"
        modules[name] = f"const {variable(name)} = (() => {{\n{body}}})();\n"

    take_in(name)
    return "".join(modules.values())


def as_constants(name: str, found: re.Match[str]) -> str:
    return f"const {{ {found['names']} }} = {variable(beside(name, found['file']))};\n" if found["names"] else ""


def beside(name: str, file: str) -> str:
    """The whole name of a file that another one names as seen from its own folder."""
    return normpath(join(dirname(name), file))


def variable(name: str) -> str:
    """`js/parts/page-turner.js` is `$parts$page_turner`: two rooms may have a file of the same name."""
    return "$" + name.removeprefix("js/").removesuffix(".js").replace("/", "$").replace("-", "_")
