"""The lock on the data folder: one Contor at a time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from contor.kernel.errors import OperatorError


class DataFolderInUse(OperatorError):
    """Another Contor runs on this data folder."""


@contextlib.contextmanager
def lock_data_folder(folder: Path) -> Iterator[None]:
    """Hold the lock until the block ends; the kernel releases it when the process dies. Raises `DataFolderInUse`."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "contor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DataFolderInUse(f"another Contor is running on {folder}; stop it first") from error
    else:
        yield
    finally:
        os.close(descriptor)
