"""The verdict on a value against sets stated by hand, the snapshot as it was shipped or damaged, and the news."""

import json
import math
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
import sympy as sp

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, Program
from course_lib.topics.frameworks.measurements import (
    SHIPPED,
    DamagedSnapshot,
    Measurement,
    Origin,
    Snapshot,
    judge,
    merged,
    news,
    read_snapshot,
    snapshot,
    write_snapshot,
)  # fmt: skip

NAN, INF = math.nan, math.inf
JANUARY = Origin(date(2026, 1, 2), {"python": "3.11"})
ROW = Measurement("torch", "2.13.0", "CPU, float32", "clamp_min", "measured", (1.0,))
# Programs, the function that each computes, and its one-sided slopes at the point, by hand: between them lies the set.
STATED = [
    (("relu", "maximum_x_0", "maximum_0_x", "clamp_min", "where_ge", "where_gt", "x_times_step", "half_x_plus_abs",
      "relu2", "relu3"), lambda x: max(x, 0.0), (0, 1)),
    (("identity_relu", "identity_max", "identity_nested_2", "identity_relu_twice", "maximum_x_x"), lambda x: x, (1, 1)),
    (("zero_program",), lambda x: 0.0, (0, 0)),
    (("abs", "sqrt_square"), abs, (-1, 1)),
    (("clip_low", "clip_high"), lambda x: min(max(x, -1.0), 1.0), (0, 1)),
    (("relu6_0", "relu6_6"), lambda x: min(max(x, 0.0), 6.0), (0, 1)),
    (("leaky_relu",), lambda x: x if x > 0 else x / 8, (Fraction(1, 8), 1)),
    (("elu_2",), lambda x: x if x > 0 else 2 * math.expm1(x), (1, 2)),
    (("elu_1",), lambda x: x if x > 0 else math.expm1(x), (1, 1)),
    (("tied_max_reduce", "tied_max_axis"), lambda *x: max(x), None),
    (("norm",), math.hypot, None),
]  # fmt: skip


def test_a_value_as_it_is_printed():
    values = ((-0.0,), (-0.5,), (0.25,), (0.125,), (0.3,), (NAN,), (INF,), (-INF,), (0.5, -2.0, 0.0))
    texts = ["0", "−½", "¼", "⅛", "0.3", "NaN", "∞", "−∞", "(½, −2, 0)"]
    assert [replace(ROW, value=value).shown for value in values] == texts


@pytest.mark.parametrize(("names", "function", "slopes"), STATED, ids=[names[0] for names, *_ in STATED])
def test_function_and_set_of_each_program_are_those_stated_by_hand(names, function, slopes):
    for program in map(PROGRAMS.get, names):
        f = sp.sympify(program.function)
        for number in (-7.5, -1.5, -0.5, 0.0, 0.25, 1.0, 3.0, 8.0):
            point = [number - i for i in range(len(program.point))]
            assert float(f.subs(list(zip(program.variables, point, strict=True)))) == pytest.approx(function(*point))
        if slopes is None:
            continue
        low, high = slopes
        for value in {low, high, Fraction(low + high) / 2}:
            assert judge(program, float(value)).verdict == ("derivative" if low == high else "subgradient"), value
        for value in (low - Fraction(1, 16), high + Fraction(1, 16), low - 5, high + 5, NAN, INF, -INF):
            assert judge(program, float(value)).verdict == "outside", value
        text = f"{{{low}}}" if low == high else f"[{low}, {high}]"
        assert judge(program, 0.0).set_text == text.replace("-", "−")


def test_sets_of_several_variables_on_a_grid():
    assert {"sqrt", *(name for names, _, _ in STATED for name in names)} == set(PROGRAMS)
    for g in product((-0.25, 0.0, 0.25, 0.75, 1.0, 1.25), (-0.25, 0.0, 0.25, 0.75, 1.0, 1.25), (-0.25, 0.0, 0.25)):
        share = min(g[0], g[1]) >= 0 and g[2] == 0 and g[0] + g[1] == 1
        assert judge("tied_max_reduce", g).verdict == ("subgradient" if share else "outside"), g
    for g in product((-1.5, -1.0, -0.75, 0.0, 0.25, 0.75, 1.0), repeat=2):
        assert judge("norm", g).verdict == ("subgradient" if g[0] ** 2 + g[1] ** 2 <= 1 else "outside"), g
    for g in ((NAN, 0.5, 0.0), (INF, -INF, 0.0), (0.5, 0.5, NAN)):
        assert judge("tied_max_axis", g).verdict == "outside"
    assert judge("norm", (0.0, NAN)).verdict == "outside" and judge("norm", (0, 0)).set_text == "{g : |g| ≤ 1}"
    square = Program("mine", "", "", (0.5, -1.0), "x1**2 + x2**2", "{(1, −2)}")  # Smooth: a derivative, or outside.
    assert [judge(square, g).verdict for g in ((1, -2), (1, -2.25))] == ["derivative", "outside"]


def test_the_last_bits_of_float32_are_forgiven_and_no_more_and_a_root_has_no_set():
    assert [judge("relu", 1 + 2.0**-power).verdict for power in (23, 20, 19)] == ["subgradient"] * 2 + ["outside"]
    assert judge("norm", (math.sqrt(0.5), math.sqrt(0.5))).verdict == "subgradient"
    for tiny in (1e-38, 5e-324, -1e-45):
        for value in ((tiny, 0.0), (0.0, tiny), (tiny, tiny), (1.0, tiny), (-0.6, 0.8)):
            assert judge("norm", value).verdict == "subgradient", value
    for value in ((0.75, 0.75), (1.0, 0.0625), (1e308, 1e308)):
        assert judge("norm", value).verdict == "outside"
    # The root has no set, and beside a kink only the derivative is right.
    for value in (0.0, 1.0, INF, NAN):
        assert judge("sqrt", value).verdict == "no set" and "not locally Lipschitz" in judge("sqrt", value).set_text
    left = replace(PROGRAMS["relu"], point=(-0.5,))
    assert [judge(left, value).verdict for value in (0.0, 0.5)] == ["derivative", "outside"]
    assert judge(left, 0.5).set_text == "{0}"


@pytest.mark.parametrize(("program", "value", "message"), [
    ("relu7", 0.0, "program: got 'relu7'; accepted are 'relu'"),
    ("relu", (0.0, 1.0), r"value: got \(0.0, 1.0\); accepted is 1 numbers for relu"),
    ("norm", 0.0, "value: got 0.0; accepted is 2 numbers for norm"),
    ("relu", "zero", "could not convert string"),
])  # fmt: skip
def test_bad_input_is_named(program: str, value: object, message: str):
    with pytest.raises(ValueError, match=message):
        judge(program, value)


# Values that documentation and papers speak of, and the verdicts on them, by hand.
KNOWN = (
    ("torch", "maximum_x_0", 0.5, "subgradient"), ("torch", "clamp_min", 1, "subgradient"),
    ("torch", "sqrt_square", NAN, "outside"), ("tensorflow", "maximum_x_0", 1, "subgradient"),
    ("tensorflow", "maximum_0_x", 0, "subgradient"), ("tensorflow", "identity_max", 2, "outside"),
    ("jax", "identity_max", 1, "derivative"), ("jax", "abs", 1, "subgradient"),
    ("tinygrad", "relu6_6", 1, "subgradient"), ("sympy", "maximum_x_0", 0.5, "subgradient"),
)  # fmt: skip


def test_the_shipped_snapshot_is_whole_and_of_the_pinned_versions():
    for name, library in LIBRARIES.items():
        rows = [row for row in snapshot().measurements if row.library == name]
        for kernel in {row.kernel for row in rows}:
            assert [row.program for row in rows if row.kernel == kernel] == list(PROGRAMS) and kernel
        (version,) = {row.version for row in rows}
        pins = (Path(__file__).resolve().parents[3] / "requirements.txt").read_text(encoding="utf-8")
        pinned = library.requirements[0] if library.requirements else pins
        assert f"{library.distributions[0] if not library.requirements else ''}=={version}" in pinned
    for name, program, value, verdict in KNOWN:
        row = snapshot().row(name, program)
        assert row.value == pytest.approx((value,), nan_ok=True)
        assert judge(program, row.value).verdict == verdict
    assert snapshot().row("torch", "relu", "abacus") is None and snapshot().row("caffe", "relu") is None
    json.loads(SHIPPED.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_what_lasts_is_written_and_read_back(tmp_path: Path):
    lasting = (
        replace(ROW, value=(INF,)), replace(ROW, value=(0.1,)), replace(ROW, program="norm", value=(-INF, 0.5)),
        replace(ROW, status="not offered", value=None), replace(ROW, status="error", value=None, message="no ½"),
    )  # fmt: skip
    passing = [replace(ROW, status=status, value=None) for status in ("missing", "crashed", "timed out")]
    written = merged(Snapshot({}, ()), JANUARY, [*passing, *lasting])
    assert (written.origins, written.measurements) == ({"torch": JANUARY}, lasting)
    write_snapshot(tmp_path / "a.json", written)
    assert read_snapshot(tmp_path / "a.json") == written
    write_snapshot(tmp_path / "b.json", snapshot())
    assert (tmp_path / "b.json").read_bytes() == SHIPPED.read_bytes()


def test_one_library_is_merged_with_its_own_date_and_all_others_stay():
    one = snapshot().row("jax", "abs")
    jax = [replace(one, value=(0.25,))]
    after = merged(snapshot(), JANUARY, [*jax, replace(ROW, library="sympy", status="missing", value=None)])
    assert list(after.origins) == list(snapshot().origins) and after.origins["jax"] == JANUARY
    others = {name: origin for name, origin in snapshot().origins.items() if name != "jax"}
    assert {name: origin for name, origin in after.origins.items() if name != "jax"} == others
    assert [row for row in after.measurements if row.library == "jax"] == jax
    kept = [row for row in snapshot().measurements if row.library != "jax"]
    assert [row for row in after.measurements if row.library != "jax"] == kept
    assert after.date.startswith("2026-01-02 to 2026-11-") and others["torch"].date == date(2026, 11, 22)


@pytest.mark.parametrize(("old", "new", "message"), [
    ('{"torch"', '{"jax"', "there are days for jax, but values of other libraries"),
    ('"2026-', '"last year-', "Invalid isoformat string"),
    ('"library": "torch"', '"library": "caffe"', "ValueError: caffe, CPU, float32, clamp_min: measured"),
    ('"clamp_min"', '"sin"', "KeyError: 'sin'"),
    ('"program"', '"programme"', "TypeError"),
    ("[1.0]", "[1.0, 2.0]", r"clamp_min: measured with the value \(1.0, 2.0\)"),
    ("[1.0]", "[1.0", "JSONDecodeError"),
    ('"measured"', '"error"', r"clamp_min: error with the value \(1.0,\)"),
    (', "value": [1.0]', "", "clamp_min: measured with the value None"),
    ('"measured", "value": [1.0]', '"crashed"', "clamp_min: crashed with the value None"),
])  # fmt: skip
def test_a_damaged_snapshot_says_what_is_wrong(tmp_path: Path, old: str, new: str, message: str):
    path = tmp_path / "snapshot.json"
    with pytest.raises(DamagedSnapshot, match="snapshot.json is damaged or missing: FileNotFoundError"):
        read_snapshot(path)
    write_snapshot(path, merged(Snapshot({}, ()), JANUARY, [ROW]))
    text = path.read_text(encoding="utf-8").replace("{\n", "{")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DamagedSnapshot, match=f"snapshot.json is damaged or missing: .*{message}"):
        read_snapshot(path)


@pytest.mark.parametrize(("row", "said"), [
    (replace(ROW, program="norm", value=(0.0, 1.0)), "PyTorch 2.13.0: norm is (0, 1); {} has (0, 0) for 2.13.0."),
    (replace(ROW, value=(1 + 1e-5,)), "PyTorch 2.13.0: clamp_min is 1.00001; {} has 1 for 2.13.0."),
    (replace(ROW, status="timed out", value=None),
     "PyTorch 2.13.0: clamp_min has no value (timed out); {} has 1 for 2.13.0."),
    (replace(ROW, library="tinygrad", version="0.14.0", kernel="CPU (Clang)", value=(0.0,)),
     "tinygrad 0.14.0 (CPU (Clang)): clamp_min is 0; {} has 1 for 0.14.0."),
    (replace(ROW, library="micrograd", version="", program="abs"),
     "micrograd: abs is 1; {} has not offered for 0.1.0."),
])  # fmt: skip
def test_a_change_is_a_sentence(row: Measurement, said: str):
    assert news([row]) == [said.format("the snapshot of 2026-11-22")]


def test_what_is_no_news_and_what_is_news_once():
    same = [replace(ROW, value=(1 + 2.0**-23,)), replace(ROW, status="missing", value=None), replace(ROW, kernel="GPU")]
    assert news([]) == news(snapshot().measurements) == news(same) == []
    failed = [replace(ROW, program=name, status="error", value=None, message="np.Inf") for name in ("abs", "relu")]
    assert news(failed) == ["PyTorch 2.13.0: no program has a value (error: np.Inf)."]
    assert len(news([*failed, replace(ROW, library="jax", value=(0.0,))])) == 2
    assert len(news([*failed, replace(failed[0], program="sqrt", message="another")])) == 3
