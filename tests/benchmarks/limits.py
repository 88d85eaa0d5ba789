"""Room for many sockets in one process."""

import resource


def raise_open_files(wanted: int = 65_536) -> None:
    """Raise the soft limit of open files to `wanted`, or as far as the hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
