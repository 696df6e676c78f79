from typing import Any

from gunicorn.glogging import Logger

from pos.web.request_log import JsonLines


class JsonLog(Logger):  # type: ignore[misc]
    """What gunicorn itself has to say, as JSON."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
