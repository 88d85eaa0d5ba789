"""Which tests of a running Contor may run side by side: `pytest -n 2 --dist loadscope` asks the hook here.

Those that share a Contor stay in one process and each run mode in another, so that each is started once. Browser tests
of the embedded mode are split by file: that starts in a moment.
"""

import re
from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.system.deployment import MODES

OWN = frozenset(["test_kill", "test_faults"])
"""Files whose tests share a Contor among themselves only."""
MODE = re.compile(rf"\[(?:.*-)?({'|'.join(MODES)})(?:-.*)?\]$")


def scope_of(nodeid: str) -> str:
    """The name of those that a test runs together with, one after the other."""
    file = PurePosixPath(nodeid.partition("::")[0])
    found = MODE.search(nodeid)
    if found is None:
        return str(file)
    own = file.stem in OWN or (file.parent.name == "e2e" and found[1] == "embedded")
    return f"{file}[{found[1]}]" if own else found[1]


class SideBySide(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    return SideBySide(config, log)
