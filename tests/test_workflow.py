"""The workflow for GitHub Actions: every supported Python on three systems, in commands that all of them have."""

import importlib.util
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / ".github" / "workflows" / "test.yml"
JOB = yaml.safe_load(FILE.read_text(encoding="utf-8"))["jobs"]["test"]
COMMANDS = [step["run"] for step in JOB["steps"] if "run" in step]


def test_it_covers_three_systems_and_every_supported_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, last = map(int, re.findall(r"3\.(\d+)", project["requires-python"]))
    assert JOB["strategy"]["matrix"]["python"] == [f"3.{minor}" for minor in range(first, last)]
    assert [name.partition("-")[0] for name in JOB["strategy"]["matrix"]["os"]] == ["ubuntu", "macos", "windows"]
    assert JOB["strategy"]["fail-fast"] is False and JOB["defaults"]["run"]["shell"] == "bash"


def test_its_commands_run_what_make_test_runs_without_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\ntest: ")[2].partition("\n\n")[0]
    for module in [*re.findall(r'"\$\(PY\)" -m (\S+)', recipe), "pytest"]:
        assert [command for command in COMMANDS if f"$PY -m {module} " in f"{command} "], module
        assert importlib.util.find_spec(module) is not None
    folders = re.search(r"\$\(NBVAL\) (tests .*) \$\(ARGS\)", recipe)[1]
    assert COMMANDS[-1].endswith(folders) and "--nbval " in COMMANDS[-1] and "--nbval-current-env" in COMMANDS[-1]
    assert not [command for command in COMMANDS if "make" in command.split()]
    assert (ROOT / "tools" / "environment.py").is_file() and "python tools/environment.py --test" in COMMANDS


def test_it_caches_by_the_pinned_requirements_and_keeps_the_report_of_a_failure():
    used = {step["uses"].partition("@")[0]: step for step in JOB["steps"] if "uses" in step}
    setup, upload = used["actions/setup-python"]["with"], used["actions/upload-artifact"]
    assert setup["cache"] == "pip" and (ROOT / setup["cache-dependency-path"]).is_file()
    assert upload["if"] == "failure()" and f"--junitxml={upload['with']['path']}" in COMMANDS[-1]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in used.values())


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint, which checks workflows, is not installed")
def test_actionlint_finds_nothing():
    said = subprocess.run(["actionlint", FILE], capture_output=True, encoding="utf-8", cwd=ROOT)
    assert said.returncode == 0, said.stdout
