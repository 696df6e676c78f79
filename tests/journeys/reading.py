"""Checks that a page is accessible: by axe, by the size of its targets, and that it fits the screen."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
SIZES = ((1024, 768), (390, 844))
A_FINGER = 48
BUT_COLOURS = {"color-contrast": {"enabled": False}}
TOO_SMALL = """(finger) => {
  const asked = "button, summary, select, textarea, input:not([type=hidden]), a";
  const shown = [...document.querySelectorAll(asked)].filter((part) => {
    const hidden = part.closest(".visually-hidden, [inert]") || !part.checkVisibility({ visibilityProperty: true });
    const clipped = part.getBoundingClientRect().width <= 1;
    return !hidden && !clipped && !(part.matches("a") && getComputedStyle(part).display === "inline");
  });
  const ruler = (part) => {
    const around = (part.matches("[type=radio], [type=checkbox]") && part.closest("label")) || part;
    const { width, height } = around.getBoundingClientRect();
    const over = getComputedStyle(part, "::after");
    if (over.position !== "absolute") return { width, height };
    return { width: Math.max(width, parseFloat(over.width)), height: Math.max(height, parseFloat(over.height)) };
  };
  return shown
    .map((part) => [ruler(part), part])
    .filter(([box]) => box.width < finger - 0.5 || box.height < finger - 0.5)
    .map(([box, part]) => `${part.outerHTML.slice(0, 120)} ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`);
}"""
# axe and the screenshots add inline styles to the page.
POLICY = """addEventListener("securitypolicyviolation", ({ violatedDirective, sourceFile, sample }) => {
  const isOurs = violatedDirective === "style-src-elem" && !sourceFile;
  if (!isOurs) told(`${violatedDirective} ${sourceFile} ${sample}`);
});"""
# The longest wait for a frame: a browser that has stopped drawing never reports one.
AT_LAST = "new Promise((over) => setTimeout(over, 2000))"
DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
AT_REST = "Promise.allSettled(document.getAnimations().map((moving) => moving.finished))"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Reader:
    """Checks each state at every size; saves a picture of each in `gallery` if it is set."""

    page: Page
    gallery: Path | None = None
    found: list[str] = field(default_factory=list)
    sizes: tuple[tuple[int, int], ...] = SIZES

    def __post_init__(self) -> None:
        self.page.expose_function("told", lambda said: self.found.append(f"against the policy: {said}"))
        self.page.add_init_script(POLICY)

    def check(self, state: str) -> None:
        """Waits until colours have settled: a colour in transition is reported as too faint."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(f"Promise.race([{AT_REST}, {AT_LAST}])")
        self.found += [f"{state}: {fault}" for fault in self.faults(state)]

    def faults(self, state: str = "") -> list[Any]:
        faults: list[Any] = []
        for width, height in self.sizes:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate(f"Promise.race([{DRAWN}, {AT_LAST}])")
            rules = {} if (width, height) == self.sizes[0] else BUT_COLOURS  # these results are the same at every size
            faults += [(width, rule, where) for rule, where in self.by_axe(rules=rules)]
            faults += [(width, "too small", small) for small in self.page.evaluate(TOO_SMALL, A_FINGER)]
            if self.page.evaluate(TOO_WIDE):
                faults.append((width, "wider than the screen"))
            self.keep_picture(f"{state}-{width}")
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        return faults + self.faults_by_night(state)

    def faults_by_night(self, state: str) -> list[Any]:
        """Checks only colours: nothing else differs in the dark."""
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(f"Promise.race([{DRAWN}, {AT_LAST}])")
        faults = [("dark", rule, where) for rule, where in self.by_axe(runOnly=["color-contrast"])]
        self.keep_picture(f"{state}-dark")
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate(f"Promise.race([{DRAWN}, {AT_LAST}])")
        return faults

    def keep_picture(self, name: str) -> None:
        if self.gallery:
            self.page.screenshot(path=self.gallery / f"{re.sub(r'[^0-9A-Za-z]+', '-', name)}.png")

    def by_axe(self, **options: Any) -> list[tuple[str, list[str]]]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.axe_script)
        asked = {"preload": False, "resultTypes": ["violations"], **options}
        found = self.page.evaluate("(asked) => axe.run(asked).then((found) => found.violations)", asked)
        return [(fault["id"], [node["html"][:160] for node in fault["nodes"]]) for fault in found]
