"""The server's log: lines for people, or JSON objects for programs, one a line. Neither has a tweet's text."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from tweetmoji.serve.records import current_record

ACCESS: Final = "tweetmoji.serve.access"
"""Name of the logger with a line for each request."""


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object in ASCII: time in UTC, level, logger, message, request id, its own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = getattr(record, "fields", None)  # of a request: its line for people would say the same again
        if fields is None:
            entry["message"] = record.getMessage()
            request = current_record()
            if request is not None:
                entry["request_id"] = request.request_id
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry | (fields or {}))


def log_json() -> None:
    """Write JSON lines from now on, wherever log lines go."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonFormatter())
