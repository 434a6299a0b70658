"""What the commands say before they install anything."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no make")
ROOT = Path(__file__).resolve().parent.parent


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, encoding="utf-8", timeout=60)


def test_make_alone_lists_the_commands():
    said = make()
    assert said.returncode == 0
    named = ("course", "test", "test-notebooks", "test-matrix", "static", "notebooks", "frameworks", "requirements")
    for command in (*named, "clean"):
        assert f"make {command} " in said.stdout


def test_without_a_fitting_python_the_message_says_which_one_is_needed(tmp_path: Path):
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    said = make("course", f"VENV={tmp_path / 'env'}", f"PYTHON={old}")
    assert said.returncode != 0
    assert f"No fitting Python found (looked for: {old})" in said.stderr
    assert "3.11, 3.12 or 3.13" in said.stderr
    assert not (tmp_path / "env").exists()
