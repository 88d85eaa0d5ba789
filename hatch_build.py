"""Writes the commit that a wheel is built from into the wheel."""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`CONTOR_COMMIT`, where the build has no repository (an image), else git's; an editable install asks git."""
        if version == "editable":
            return
        file = Path(self.directory) / "commit.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(os.environ.get("CONTOR_COMMIT") or _commit(self.root))
        build_data["force_include"][str(file)] = "contor/commit.txt"


def _commit(root: str) -> str:
    try:
        command = ["git", "-C", root, "rev-parse", "--short=10", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return ""
