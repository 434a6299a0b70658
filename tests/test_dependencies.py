"""The dependencies are stated once, in pyproject.toml; everything that repeats them agrees."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")
# conda-forge's matplotlib-base is PyPI's matplotlib; its matplotlib adds Qt, which the course does not use.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}


def bounds(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Name to version bounds; names as PyPI compares them."""
    parsed = [Requirement(text) for text in requirements]
    return {canonicalize_name(requirement.name): requirement.specifier for requirement in parsed}


def conda_bounds(text: str) -> dict[str, SpecifierSet]:
    names = {}
    for entry in yaml.safe_load(text)["dependencies"]:
        requirement = Requirement(entry)
        names[canonicalize_name(CONDA_NAMES.get(requirement.name, requirement.name))] = requirement.specifier
    return names


def expected_in_conda() -> dict[str, SpecifierSet]:
    editable = PROJECT["optional-dependencies"]["editable"]
    python = {"python": SpecifierSet(PROJECT["requires-python"]), "pip": SpecifierSet()}
    return bounds(PROJECT["dependencies"]) | bounds(editable) | python


def test_conda_and_pip_ask_for_the_same():
    assert conda_bounds((ROOT / "environment.yml").read_text(encoding="utf-8")) == expected_in_conda()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - sympy>=1.14,<1.15\n", ""),
        ("sympy>=1.14,<1.15", "sympy>=1.13,<1.15"),
        ("python>=3.11,<3.14", "python>=3.11"),
        ("  - numpy", "  - pandas\n  - numpy"),
    ],
)
def test_a_planted_drift_is_found(old: str, new: str):
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert old in text
    assert conda_bounds(text.replace(old, new)) != expected_in_conda()


def test_conda_uses_conda_forge_alone():
    stated = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert stated["channels"] == ["conda-forge", "nodefaults"]


def pins(file: str, python: str) -> dict[str, str]:
    """Name to pinned version for one Python on Linux."""
    text = (ROOT / file).read_text(encoding="utf-8")
    lines = [line.rstrip(" \\") for line in text.splitlines() if re.match(r"\w", line)]
    environment = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    environment |= {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
    pinned: dict[str, str] = {}
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (pin,) = requirement.specifier
            assert pin.operator == "==", requirement
            assert requirement.name not in pinned, f"{requirement.name} is pinned twice for Python {python}"
            pinned[canonicalize_name(requirement.name)] = pin.version
    return pinned


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("file", "extras"), [("requirements.txt", ["editable"]), ("requirements-test.txt", ["editable", "test"])]
)
def test_every_pin_keeps_to_the_bounds(file: str, extras: list[str], python: str):
    pinned = pins(file, python)
    stated = [*PROJECT["dependencies"], *(text for extra in extras for text in PROJECT["optional-dependencies"][extra])]
    for name, allowed in bounds(stated).items():
        assert pinned[name] in allowed, f"{name}=={pinned[name]} in {file} is outside {allowed} of pyproject.toml"


@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_with_the_learners_versions(python: str):
    assert pins("requirements.txt", python).items() <= pins("requirements-test.txt", python).items()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_every_pin_is_hashed_and_no_address_is_named(file: str):
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.findall(r"^(\w\S*==.*?)(?=^\w|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert len(entries) > 80
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not re.search(r"^-", text, flags=re.MULTILINE), "an option such as --index-url"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_what_the_benchmarks_compare_with_is_installed_for_nobody_else(file: str):
    peers = set(bounds(PROJECT["optional-dependencies"]["benchmarks"]))
    assert {"torch", "jax", "jaxlib"} == peers
    for python in PYTHONS:
        assert peers.isdisjoint(pins(file, python))


def test_the_tests_run_with_the_cluster_that_the_extra_installs():
    extras = {name: bounds(texts) for name, texts in PROJECT["optional-dependencies"].items()}
    assert extras["cluster"].items() <= extras["test"].items()
    assert extras["cluster"].keys().isdisjoint(bounds(PROJECT["dependencies"]))


def test_every_dependency_has_an_upper_bound():
    extras = PROJECT["optional-dependencies"]
    stated = bounds([*PROJECT["dependencies"], *extras["benchmarks"], *extras["cluster"]])
    assert [name for name, allowed in stated.items() if not {bound.operator for bound in allowed} & {"<", "=="}] == []


def test_the_build_backend_is_pinned_as_it_is_required():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    assert bounds(build["requires"]) == bounds(PROJECT["optional-dependencies"]["editable"])


def test_the_supported_pythons_are_the_tested_ones():
    allowed = SpecifierSet(PROJECT["requires-python"])
    assert [f"3.{minor}" for minor in range(8, 20) if f"3.{minor}.5" in allowed] == list(PYTHONS)
