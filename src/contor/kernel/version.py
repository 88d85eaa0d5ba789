"""Which version of Contor this is, and from which commit it was built."""

import subprocess
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path

VERSION = metadata.version("contor")
GIT_SECONDS = 5


@lru_cache
def commit() -> str | None:
    """The abbreviated commit: written into the wheel when it is built, asked of git in a checkout, else None."""
    built = resources.files("contor") / "commit.txt"
    if built.is_file():
        return built.read_text().strip() or None
    checkout = Path(__file__).parents[3]
    if not (checkout / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(checkout), "rev-parse", "--short=10", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=GIT_SECONDS).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None


def version_line() -> str:
    return f"{VERSION} ({commit()})" if commit() else VERSION
