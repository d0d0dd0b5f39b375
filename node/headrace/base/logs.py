"""One line per event, as text for people or JSON for machines.

Fields that belong to the event (partition, script, offset, ...) are passed as `extra={"fields": {...}}` so that both
formats carry them; the message alone must still make sense. Messages quote what clients and scripts said: control
characters are shown escaped, so that nobody can forge a line or drive a terminal.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Literal

LogFormat = Literal["text", "json"]


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _plain(text: str) -> str:
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-5s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        fields = getattr(record, "fields", None)
        if fields:
            line += " " + " ".join(f"{key}={_plain(str(value))}" for key, value in fields.items())
        return line

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _plain(record.message)
        return super().formatMessage(record)


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "ts": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}",
            "level": record.levelname,
            "logger": record.name,
            "msg": record.getMessage(),
        }
        entry.update(getattr(record, "fields", None) or {})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def configure_logging(log_format: LogFormat = "text", level: str = "INFO") -> None:
    """Send every log line of this process to standard error in one format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiokafka").setLevel("WARNING")
