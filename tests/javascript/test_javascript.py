"""The browser's part: its style, its types, and its own tests, which run in node without a browser.

Users need none of this. The linter and the type checker are the versions in package.json, which npm installs once for
each lock file into `.javascript/`; there is nothing to build.
"""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from course_lib.explorer import Checkbox, ChoiceWidget, Explorer, Number, Radio, Range
from course_lib.explorer.pictures import Failure, Packer
from course_lib.explorer.verdict import VerdictWidget
from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment
from course_lib.figures.scene import whole_numbers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INSTALLED = ROOT / ".javascript"
MODULES = sorted((ROOT / "course_lib" / "explorer").glob("*.js"))
TESTS = sorted(HERE.glob("*.test.js"))
NEEDED = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["engines"]["node"]

Absent = Callable[[str, str], NoReturn]


def run(*command: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command in this folder, where its settings are, without colours and the user's options for node."""
    own = {name: value for name, value in os.environ.items() if name not in ("NODE_OPTIONS", "FORCE_COLOR")}
    if os.name != "nt" and not os.access(own.get("HOME", ""), os.W_OK):
        own["HOME"] = str(INSTALLED)  # A user without a home: else npm keeps what it downloads wherever it is called.
    return subprocess.run(
        [str(part) for part in command], cwd=HERE, env={**own, "NO_COLOR": "1"}, timeout=timeout,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip


def must_pass(*command: str | Path) -> str:
    """Run a command; what it says is the message if it fails."""
    said = run(*command)
    if said.returncode != 0:
        pytest.fail(said.stdout, pytrace=False)
    return said.stdout


def fits(version: str, needed: str) -> bool:
    """Whether a version is one of those that package.json accepts: "^20.19 || >=22.12", in terms of npm."""
    have = tuple(map(int, re.findall(r"\d+", version)[:2]))
    accepted = re.findall(r"(\^|>=)(\d+)\.(\d+)", needed)
    return any(have >= (int(a), int(b)) and (sign == ">=" or have[0] == int(a)) for sign, a, b in accepted)


@pytest.fixture(scope="module")
def node(absent: Absent) -> str:
    """The command of node."""
    if (found := shutil.which("node")) is None:
        absent("node", f"node {NEEDED}, which runs the tests in JavaScript, is not on the path")
    version = run(found, "--version").stdout.strip()
    if not fits(version, NEEDED):
        absent("node", f"node is {version}; the tests in JavaScript need {NEEDED}")
    return found


@pytest.fixture(scope="module")
def packages(node: str, absent: Absent) -> Path:
    """The folder of packages with the linter and the type checker, as the lock file has them."""
    files = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc")]
    machine = [platform.system(), platform.machine()]  # Their programs are not the same everywhere.
    digest = hashlib.sha256(b"".join([*(file.read_bytes() for file in files), *map(str.encode, machine)]))
    folder = INSTALLED / digest.hexdigest()[:16]
    if not folder.is_dir():
        if (npm := shutil.which("npm")) is None:
            absent("node", "npm, which installs the linter and the type checker for JavaScript, is not on the path")
        INSTALLED.mkdir(exist_ok=True)
        # It gets its name when it is whole, whoever else is installing at the same time.
        with tempfile.TemporaryDirectory(dir=INSTALLED, ignore_cleanup_errors=True) as making:
            new = Path(making) / "new"
            new.mkdir()
            for file in files:
                shutil.copy(file, new)
            try:
                said = run(npm, "ci", "--prefix", new, timeout=300)
            except subprocess.TimeoutExpired:
                absent("node", "npm did not install the linter and the type checker for JavaScript in 5 minutes")
            if said.returncode != 0:
                absent("node", f"npm cannot install the linter and the type checker for JavaScript:\n{said.stdout}")
            try:
                new.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
    return folder / "node_modules"


def test_the_linter_finds_nothing(node: str, packages: Path):
    biome = packages / "@biomejs" / "biome" / "bin" / "biome"
    must_pass(node, biome, "lint", "--error-on-warnings", *MODULES, *TESTS, HERE / "types.d.ts")


def test_the_types_fit(node: str, packages: Path):
    must_pass(node, packages / "typescript" / "bin" / "tsc", "--project", HERE)


def test_the_types_are_those_of_what_python_sends(node: str, packages: Path, tmp_path: Path):
    x, y = Axis("step h", (0.1, 10), "log"), Axis("", (0, 3), ticks=[(1, "ReLU")])
    layers = [
        Curve([1, 2], [1, 2], "a line", dash="dashed", control="slope"),
        Points([1], [1], marker="hollow", control=("slope", "rule")),
        Segment((1, 1), (2, 2)),
        Band([1, 2], [0, 0], [1, 1], dense=True),
        Label(1, 1, "here", anchor="above left"),
        Field((1, 2), (1, 2), [[1, 2], [3, 4]], label="loss"),
    ]
    controls = {"slope": Range(0, 1), "rule": Radio(["left", "right"]), "h": Number(1, 3), "grid": Checkbox()}
    packer = Packer(list(controls))
    packer.add(Scene("Layers", x, y, layers, "All of them.", equal_units=True))
    packer.add(Scene("Whole", Axis("step", (0, 9), whole=True), y, [], "None.", axes_follow="slope"))
    packer.add(Failure("slope = 1", "no"))
    choice = ChoiceWidget("Which $x$?", ["`a`", "b"], ["sure"], lambda option, confidence: (1, "*Yes.*\n\nb"))
    offer = {"name": "hint", "label": "Hint", "call": "hint()", "closed": ""}
    verdict = VerdictWidget("An answer", "passed", "Passed", "$x$", lambda: [offer], lambda name: ("a", "b = 1", ["c"]))
    sent = {
        "packed: Packed": json.loads(packer.structure()),
        "controls: Specification[]": [control.specification(name) for name, control in controls.items()],
        "explorer: Record<keyof ExplorerState, string>": dict.fromkeys(Explorer.class_own_traits(sync=True), ""),
        "chosen: ChoiceReply": reply(choice, {"kind": "commit", "option": 0, "confidence": 0}),
        "choice: ChoiceState": choice.get_state(ChoiceWidget.class_own_traits(sync=True)),
        "told: VerdictReply": reply(verdict, {"kind": "ask", "name": "hint"}),
        "verdict: VerdictState": verdict.get_state(VerdictWidget.class_own_traits(sync=True)),
    }
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in sent.items()]
    (tmp_path / "sent.ts").write_text("".join(lines), encoding="utf-8")
    tsc = (node, packages / "typescript" / "bin" / "tsc", "--ignoreConfig", "--noEmit", "--strict", "--types", "")
    must_pass(*tsc, HERE / "types.d.ts", tmp_path / "sent.ts")


def reply(widget: ChoiceWidget | VerdictWidget, message: dict[str, object]) -> object:
    """What a widget answers to a message of the browser."""
    replies: list[object] = []
    widget.send = lambda content, buffers=None: replies.append(content)
    widget._handle_custom_msg(message, [])
    return replies[0]


def test_the_unit_tests_pass(node: str):
    assert TESTS  # Without a name, node would run whatever it finds.
    must_pass(node, "--no-warnings", "--test", "--test-reporter=spec", *TESTS)


@pytest.mark.parametrize("widget", [Explorer, ChoiceWidget, VerdictWidget])
def test_the_modules_joined_are_one_that_shows_a_widget(widget: type, node: str, tmp_path: Path):
    joined = tmp_path / "joined.mjs"
    joined.write_text(widget._esm, encoding="utf-8")
    program = f"import widget from {json.dumps(joined.as_uri())}; console.log(typeof widget.render);"
    assert must_pass(node, "--input-type=module", "--eval", program).strip() == "function"


def test_ticks_at_whole_numbers_are_those_of_the_stored_picture(node: str):
    pairs = [(low, low + span) for low in (-3, 0, 0.5, 1, 97) for span in (1, 2, 7, 10, 11, 30.2, 101, 999, 12345)]
    cases = [(*pair, count) for pair in pairs for count in range(2, 11)]
    program = f"""
        import {{ ticks }} from {json.dumps((ROOT / "course_lib" / "explorer" / "ticks.js").as_uri())};
        const of = ([low, high, count]) => ticks({{ limits: [low, high], log: false, whole: true }}, count);
        const number = (tick) => Number(tick.text.replace("−", "-"));
        console.log(JSON.stringify({json.dumps(cases)}.map((each) => of(each).map(number))));
    """
    found = json.loads(must_pass(node, "--input-type=module", "--eval", program))
    assert found == [whole_numbers(*case) for case in cases]


def test_versions_are_those_that_the_package_names():
    assert fits("v20.19.0", NEEDED) and fits("v22.12.0", NEEDED) and fits("v25.1.0", NEEDED)
    assert not fits("v18.20.1", NEEDED) and not fits("v21.7.3", NEEDED) and not fits("v22.11.0", NEEDED)
    package = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())
