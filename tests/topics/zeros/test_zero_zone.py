"""The drawn shares against the shipped counts, and the curves against the law."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points, Segment
from course_lib.topics.zeros.figures import BITS, SHAPES, VARIED, shipped_fit, zone_over_digits, zone_over_exposure
from course_lib.topics.zeros.law import PUBLISHED, rows_of


@pytest.mark.parametrize("bits", list(BITS))
@pytest.mark.parametrize("varied", VARIED)
def test_zone_over_exposure(bits: str, varied: str) -> None:
    scene = zone_over_exposure(bits, varied)
    p0 = shipped_fit(BITS[bits]).p0.estimate
    (law,) = (layer for layer in scene.layers if isinstance(layer, Curve))
    assert law.y == pytest.approx(1 - np.exp(-law.x * p0), rel=1e-9)
    (band,) = (layer for layer in scene.layers if isinstance(layer, Band))
    assert (band.low <= law.y).all() and (law.y <= band.high).all()
    theirs, own = (layer for layer in scene.layers if isinstance(layer, Points))
    assert own.marker == "filled" and theirs.marker == "hollow"
    fixed = {"depth": (1, 256), "width": (2, 3)}[varied]
    for points, rows in ((own, rows_of(BITS[bits])), (theirs, PUBLISHED)):
        shown = [row for row in rows if row.setting.dtype == BITS[bits] and row.setting[fixed[0]] == fixed[1]]
        # 256 wide and 3 deep was published twice, with different counts.
        assert len(shown) == (5 if points is own else 6)
        assert sorted(zip(points.x, points.y, strict=True)) == sorted((row.exposure, row.share) for row in shown)
    for segment in (layer for layer in scene.layers if isinstance(layer, Segment)):
        assert segment.start[0] == segment.end[0] and segment.start[1] < segment.end[1]
    assert f"{100 * own.y[-1]:.1f} %" in scene.description or own.y[-1] == 1


@pytest.mark.parametrize("bits", list(BITS))
@pytest.mark.parametrize("shape", list(SHAPES))
def test_zone_over_digits(bits: str, shape: str) -> None:
    scene = zone_over_digits(bits, shape)
    (points,) = (layer for layer in scene.layers if isinstance(layer, Points))
    width, depth = SHAPES[shape]
    row = next(r for r in rows_of(BITS[bits]) if (r.setting.width, r.setting.depth) == (width, depth))
    assert points.x.tolist() == list(range(256, 4097, 256))
    assert (np.diff(points.y) >= 0).all() and points.y[-1] == pytest.approx(row.share)
    laws = [layer for layer in scene.layers if isinstance(layer, Curve)]
    assert len(laws) == (2 if bits == "16 bits" else 1)
    p0 = -np.log1p(-laws[0].y[-1]) / (width * depth * 4096)
    assert p0 == pytest.approx(shipped_fit(BITS[bits]).p0.estimate)
    assert f"of {row.networks} fresh networks" in scene.description


def test_half_precision_follows_its_density() -> None:
    """Nothing is fitted to these curves; the shares lie within three standard errors of them."""
    for shape in SHAPES:
        scene = zone_over_digits("16 bits", shape)
        derived = next(layer for layer in scene.layers if isinstance(layer, Curve) and "f(0)" in layer.label).y[-1]
        (points,) = (layer for layer in scene.layers if isinstance(layer, Points))
        networks = int(points.label.split()[2])
        error = np.sqrt(derived * (1 - derived) / networks)
        assert abs(points.y[-1] - derived) < 3 * error + 0.25 * derived, shape


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: zone_over_exposure("64 bits"), "bits must be one of"),
        (lambda: zone_over_exposure("32 bits", "batch"), "varied must be one of"),
        (lambda: zone_over_digits("32 bits", "3 wide"), "shape must be one of"),
    ],
)
def test_bad_arguments_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
