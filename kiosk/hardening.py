"""What this process asks of the kernel before the first citizen: that none of its memory comes to rest on a disk.

No core file (setrlimit(2), prctl(2)), no look from outside by the same user (ptrace(2)), and no swapping out
(mlockall(2)), where the limit of locked memory allows that. The unit file asks for the same from its side.
"""

import ctypes
import errno
import logging
import os
import resource

log = logging.getLogger(__name__)

_PR_SET_DUMPABLE = 4
# Pages that are there and pages to come, each when it is first touched: what is only reserved takes no memory.
_ALL_WHEN_TOUCHED = 1 | 2 | 4

_libc = ctypes.CDLL(None, use_errno=True)


def keep_memory_private() -> None:
    """Leave no core file and, where that is allowed, nothing in the swap. Child programs inherit the limit of cores.

    Raises:
        OSError: the kernel would leave core files; then no citizen must be served.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Without this a program that collects cores through a pipe would be given one whatever the limit (core(5)).
    if _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise _failed()
    if not _lock():
        log.info("memory_may_be_swapped", extra={"reason": "RLIMIT_MEMLOCK"})


def _lock() -> bool:
    """Only without a limit: with one, some later allocation would fail in the middle of a visit."""
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] != resource.RLIM_INFINITY:
        return False
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    if _libc.mlockall(_ALL_WHEN_TOUCHED) == 0:
        return True
    if ctypes.get_errno() in {errno.EPERM, errno.ENOMEM, errno.ENOSYS}:
        return False
    raise _failed()


def _failed() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
