"""Distribution of tests to processes: `pytest -n 2 --dist loadscope` calls the hook below.

All tests that share a running Contor are in one process, so that each run mode is started once. Browser tests of the
embedded mode are split by file, because that mode starts quickly.
"""

import re
from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.system.deployment import MODES

OWN_DEPLOYMENT = frozenset(["test_crash_recovery", "test_faults"])
"""Test files that start a Contor of their own."""
MODE = re.compile(rf"\[(?:.*-)?({'|'.join(MODES)})(?:-.*)?\]$")


def scope_of(nodeid: str) -> str:
    """The name of the group that runs in one process, one test after the other."""
    file = PurePosixPath(nodeid.partition("::")[0])
    found = MODE.search(nodeid)
    if found is None:
        return str(file)
    own = file.stem in OWN_DEPLOYMENT or (file.parent.name == "e2e" and found[1] == "embedded")
    return f"{file}[{found[1]}]" if own else found[1]


class SideBySide(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    return SideBySide(config, log)
