"""SIGHUP: load the model and the API keys again while requests go on. What fails to load leaves the old in place."""

import asyncio
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tweetmoji.errors import TweetmojiError, shorten
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.serve.keys import ApiKeys
from tweetmoji.serve.memory import release_memory
from tweetmoji.serve.predictor import Predictor

logger = logging.getLogger(__name__)

RELEASE_S: Final = 1.0
"""Seconds after which the memory of the model before is given back: the last requests that came to it are done then."""


class Reloader:
    """Loads again what a server was started with, one time after another."""

    def __init__(
        self,
        predictor: Predictor,
        api_keys: ApiKeys,
        *,
        load_model: Callable[[], Emojifier],
        read_keys: Callable[[], ApiKeys],
    ) -> None:
        """Take over what to replace, and how to load it."""
        self._predictor = predictor
        self._api_keys = api_keys
        self._load_model = load_model
        self._read_keys = read_keys
        # one thread for all loads: what one has freed glibc keeps for its thread, and the next takes it again
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reload")
        self._wanted = False
        self._running: asyncio.Task[None] | None = None

    def request(self) -> None:
        """Ask for it. Safe in a signal handler; more than one before it begins are one."""
        self._wanted = True

    def start_requested(self) -> None:
        """Begin in the running event loop if that was asked for and none is under way."""
        if self._wanted and (self._running is None or self._running.done()):
            self._wanted = False
            self._running = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        # keys first and on their own: a model that does not load must not keep a key alive that was taken away
        self._reload_keys()
        await self._reload_model()
        await asyncio.sleep(RELEASE_S)
        await asyncio.get_running_loop().run_in_executor(self._thread, release_memory)

    def _reload_keys(self) -> None:
        try:
            keys = self._read_keys()
            if len(self._api_keys) and not len(keys):
                raise TweetmojiError("no keys are left; to serve without keys, start the server without them")
        except Exception as error:  # noqa: BLE001 - whatever it is, the server goes on
            self._report("keys", error)
            return
        self._api_keys.replace(keys)
        self._predictor.metrics.count_reload("keys", success=True)

    async def _reload_model(self) -> None:
        before = self._predictor.emojifier
        try:
            emojifier = await asyncio.get_running_loop().run_in_executor(self._thread, self._load_model)
        except Exception as error:  # noqa: BLE001 - whatever it is, the old model goes on
            self._report("model", error)
            return
        self._predictor.replace(emojifier)
        self._predictor.metrics.count_reload("model", success=True)
        logger.info("loaded %s, version %s, in place of version %s", emojifier.name, emojifier.version, before.version)

    def _report(self, part: str, error: Exception) -> None:
        self._predictor.metrics.count_reload(part, success=False)
        expected = isinstance(error, TweetmojiError | OSError)
        logger.error(
            "the %s cannot be loaded again, and what was loaded stays: %s",
            part,
            shorten(error),
            exc_info=None if expected else error,
        )


class Terminal:
    """The terminal that a process was started from, which may go away: SIGHUP then means the end, not a reload."""

    def __init__(self) -> None:
        self._had = _is_there()

    @property
    def gone(self) -> bool:
        """Whether there was one and is no more."""
        return self._had and not _is_there()


def _is_there() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
