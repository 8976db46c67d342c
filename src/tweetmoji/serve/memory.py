"""What keeps a server's memory flat: large blocks go back to the system at once, and a call gives back the rest."""

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Any, Final

LARGE_BYTES: Final = 512 * 1024
"""Size from which a block of memory has pages of its own: less than most weights take, and more than the 256 KiB of
asyncio's buffer (``max_size`` of ``_SelectorSocketTransport`` in CPython), which comes and goes with each request."""

M_MMAP_THRESHOLD: Final = -3
"""Number of the parameter in glibc's malloc.h."""


def map_large_blocks() -> None:
    """Give each large block of memory pages of its own for good, so that freeing it gives them back at once.

    glibc begins so, but raises the size from which it does with each such block that is freed, up to 32 MB. The weights
    of the next model then lie between small blocks that outlive them, and their memory cannot be given back. Setting
    the size keeps it. Other C libraries need no such call.
    https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    if mallopt := _find_in_glibc("mallopt"):
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def release_memory() -> None:
    """Give memory that is not in use back to the system. Takes some 20 milliseconds.

    Objects that refer to each other are freed first: requests and their tasks do, and keep the model that they came to.
    Then glibc gives back what each thread has freed, which it would keep for that thread. Other C libraries need no
    such call. https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    gc.collect()
    if malloc_trim := _find_in_glibc("malloc_trim"):
        malloc_trim(0)


def _find_in_glibc(name: str) -> Callable[..., Any] | None:
    """A function of glibc, which musl and other systems do not have."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
