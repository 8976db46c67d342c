"""The server's log: lines for people, or JSON objects for programs, one a line. Neither has a tweet's text."""

import json
import logging
import threading
from datetime import UTC, datetime
from typing import Any, Final

from tweetmoji.serve.records import current_record

ACCESS: Final = "tweetmoji.serve.access"
"""Name of the logger with a line for each request."""


logger = logging.getLogger(__name__)


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
    threading.excepthook = log_thread_failure  # Python's own prints a traceback as plain lines


def log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    """Log what ended a thread."""
    if failure.exc_type is SystemExit:
        return
    error = failure.exc_value or failure.exc_type()
    name = failure.thread.name if failure.thread else "unknown"
    logger.error("the thread %s failed", name, exc_info=(failure.exc_type, error, failure.exc_traceback))
