import sys
import time

WIDTH = 30


class Progress:
    """A progress bar on a terminal; elsewhere a line every ten per cent."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done, self.shown = what, total, 0, -1
        self.begun = time.monotonic()
        self.live = sys.stderr.isatty()

    def step(self) -> None:
        self.done += 1
        share = self.done * (100 if self.live else 10) // max(self.total, 1)
        if share != self.shown:
            self.shown = share
            self.show()

    def show(self) -> None:
        spent = time.monotonic() - self.begun
        filled = WIDTH * self.done // max(self.total, 1)
        bar = f"{self.what} [{'#' * filled}{'.' * (WIDTH - filled)}] {self.done:,}/{self.total:,} {spent:.0f} s"
        over = self.done == self.total or not self.live
        sys.stderr.write(f"\r{bar}" if self.live else bar)
        sys.stderr.write("\n" if over else "")
        sys.stderr.flush()
