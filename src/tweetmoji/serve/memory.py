"""Memory that is free within the process, and what gives it back to the system."""

import ctypes
import gc
import sys


def release_memory() -> None:
    """Give memory that is not in use back to the system. Takes some 20 milliseconds.

    Objects that refer to each other are freed first: requests and their tasks do, and keep the model that they came to.
    Then glibc gives back what each thread has freed, which it would keep for that thread: some 50 MB after a model was
    loaded in one thread and the one before it was freed in others, and as much again with each load. Other C libraries
    need no such call. https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    gc.collect()
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
