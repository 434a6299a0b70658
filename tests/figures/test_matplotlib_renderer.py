"""The renderer draws what the scene says: the artists' data are read, not pixels."""

import struct
import subprocess
import sys
from base64 import b64decode
from html import escape
from io import BytesIO
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment
from course_lib.figures.matplotlib_renderer import COVER, draw, png, show, stored_picture
from course_lib.figures.palette import FIELD_END, OPACITY, PALETTE

X = np.linspace(-1, 1, 5)
X_AXIS, Y_AXIS = Axis("x", (-1, 1)), Axis("f(x)", (-0.5, 1))


def scene(*layers, x_axis=X_AXIS, y_axis=Y_AXIS) -> Scene:
    return Scene("ReLU", x_axis, y_axis, layers or [Curve(X, np.maximum(X, 0), label="ReLU")], "ReLU bends at 0.")


def test_axes_carry_the_scene_and_no_curve_moves_their_limits() -> None:
    axes = draw(scene(Curve(10 * X, 9 * X, "x²", "green", "dashed", 4))).axes[0]
    assert axes.get_title(loc="left") == "ReLU"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "f(x)")
    assert (axes.get_xlim(), axes.get_ylim()) == ((-1, 1), (-0.5, 1))
    (line,) = axes.get_lines()
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == ((10 * X).tolist(), (9 * X).tolist())
    assert to_hex(line.get_color()) == PALETTE["green"]["either"]
    assert line.get_linewidth() == pytest.approx(3)  # four pixels of 1/96 inch in points of 1/72 inch
    assert line._unscaled_dash_pattern[1] == pytest.approx([10.5, 6])  # 7 and 4 pixels at width 2
    assert line.get_clip_on()


def test_points_are_filled_with_their_colour_or_with_the_background() -> None:
    figure = draw(scene(Points([0], [1], "value"), Points([0.5], [0], marker="hollow")))
    filled, hollow = figure.axes[0].get_lines()
    blue = PALETTE["blue"]["either"]
    assert [to_hex(filled.get_markerfacecolor()), to_hex(hollow.get_markeredgecolor())] == [blue, blue]
    assert to_hex(hollow.get_markerfacecolor()) == "#ffffff"
    assert (hollow.get_xdata().tolist(), hollow.get_ydata().tolist()) == ([0.5], [0])
    assert filled.get_markersize() == 6  # eight pixels
    assert filled.get_linestyle() == "None"


def test_segment_and_band() -> None:
    segment = Segment((-1, 0), (0.5, 0.75), "secant")
    axes = draw(scene(segment, Band([-1, 1], [-0.25, -0.25], [0.25, 0.5], "ε"))).axes[0]
    (line,) = axes.get_lines()
    assert [list(line.get_xdata()), list(line.get_ydata())] == [[-1, 0.5], [0, 0.75]]
    (band,) = (artist for artist in axes.collections if isinstance(artist, PolyCollection))
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices}
    assert corners == {(-1, -0.25), (-1, 0.25), (1, -0.25), (1, 0.5)}


@pytest.mark.parametrize(
    ("axis", "edges"),
    [(Axis("x", (0, 3)), [0, 1, 2, 3]), (Axis("x", (1, 1000), "log"), [1, 10, 100, 1000])],
)
def test_field_cells_are_equal_as_drawn(axis, edges) -> None:
    values = [[1, 2, 3], [4, 5, 6]]
    (axes,) = draw(scene(Field(axis.limits, (0, 1), values, "loss", (0, 10)), x_axis=axis)).axes
    (bar,) = axes.child_axes
    (mesh,) = (artist for artist in axes.collections if isinstance(artist, QuadMesh))
    assert mesh.get_array().tolist() == values
    assert mesh.get_coordinates()[0, :, 0].tolist() == pytest.approx(edges)
    assert mesh.get_clim() == (0, 10)
    assert bar.get_ylabel() == "loss"


@pytest.mark.parametrize("limits", [((-3, 3), (-3, 3)), ((-4, 4), (-1, 1))])
def test_equal_units_are_as_long_on_both_axes_and_all_stays_on_the_paper(limits) -> None:
    x_axis, y_axis = (Axis(name, ends, whole=True) for name, ends in zip("xy", limits, strict=True))
    field = Field(*limits, [[0, 1], [1, 2]], "loss")
    layers = [field, *(Curve(X, X, f"a series with a name {i}") for i in range(3))]
    figure = draw(Scene("A plane whose title is as long as they get in this course", x_axis, y_axis, layers, "A plane.",
                        equal_units=True))  # fmt: skip
    figure.draw_without_rendering()
    (axes,) = figure.axes
    (x0, y0), (x1, y1) = axes.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0)
    (bar,) = axes.child_axes
    box, beside = axes.get_window_extent(), bar.get_window_extent()
    assert (beside.y0, beside.y1) == pytest.approx((box.y0, box.y1)) and 0 < beside.x0 - box.x1 < 30
    for artist in (axes.get_legend(), axes._left_title, axes.xaxis.label, axes.yaxis.label, bar.yaxis.label):
        extent = artist.get_window_extent()
        assert extent.x0 >= 0 and extent.y0 >= 0 and extent.x1 <= figure.bbox.x1 and extent.y1 <= figure.bbox.y1
    assert axes.get_legend().get_window_extent().y1 <= axes._left_title.get_window_extent().y0


def test_a_whole_axis_has_ticks_at_whole_numbers_with_both_ends() -> None:
    axes = draw(scene(x_axis=Axis("layer", (0.5, 11.5), whole=True))).axes[0]
    ticks = axes.get_xticks().tolist()
    assert ticks[0] == 1 and ticks[-1] == 11 and all(tick == int(tick) for tick in ticks)


def test_a_dense_band_hides_more_of_the_page_than_a_pale_one() -> None:
    band = {"x": [-1, 1], "low": [0, 0], "high": [0.5, 0.5]}
    pale, dense = (pixels(scene(Band(**band, dense=dense)))[460, 700, 3] for dense in (False, True))
    assert (pale / 255, dense / 255) == pytest.approx((COVER[False], COVER[True]), abs=0.02)
    assert COVER[True] == OPACITY[True] > COVER[False] > OPACITY[False]


def test_label_sits_where_its_anchor_says_and_dollar_signs_are_text() -> None:
    figure = draw(scene(Label(0, 0.25, "$unbalanced", "below left"), Curve(X, X, label="a $ b $")))
    (text,) = figure.axes[0].texts
    figure.draw_without_rendering()
    box = text.get_window_extent()
    assert (np.array([box.x1, box.y1]) < figure.axes[0].transData.transform((0, 0.25))).all()
    assert text.get_text() == "$unbalanced"


def test_log_ticks_are_powers_of_ten_and_named_rows_show_the_names_and_nothing_else() -> None:
    rows = Axis("", (0, 4), ticks=((3, "first row"), (1, "second row")))
    figure = draw(scene(Points([1e-6, 1], [3, 1]), x_axis=Axis("h", (1e-6, 1), "log"), y_axis=rows))
    figure.draw_without_rendering()
    assert {"10⁻⁶", "10⁻³", "10⁰"} <= {tick.get_text() for tick in figure.axes[0].get_xticklabels()}
    labels = {tick.get_position()[1]: tick.get_text() for tick in figure.axes[0].get_yticklabels()}
    assert labels == {3: "first row", 1: "second row"}
    assert figure.axes[0].get_ylim() == (0, 4)
    assert all(tick.get_window_extent().x0 >= 0 for tick in figure.axes[0].get_yticklabels())


def test_the_legend_names_labelled_layers_above_the_data() -> None:
    layers = [Curve(X, X, label=f"a rather long series name {i}") for i in range(5)]
    figure = draw(scene(*layers, Curve(X, -X)))
    figure.draw_without_rendering()
    axes = figure.axes[0]
    legend, title = axes.get_legend(), axes._left_title.get_window_extent()
    assert [text.get_text() for text in legend.get_texts()] == [layer.label for layer in layers]
    box = legend.get_window_extent()
    assert axes.get_window_extent().y1 <= box.y0 <= box.y1 <= title.y0 <= title.y1 <= figure.bbox.y1
    assert box.x1 <= figure.bbox.x1
    assert draw(scene(Curve(X, X))).axes[0].get_legend() is None


def test_the_same_scene_gives_the_same_bytes() -> None:
    first = png(scene())
    matplotlib.rcParams["lines.linewidth"] = 9
    try:
        assert png(scene()) == first
    finally:
        matplotlib.rcdefaults()
    assert struct.unpack(">II", first[16:24]) == (1440, 840)
    assert b"matplotlib" not in first.lower()


def pixels(of: Scene) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png(of))).convert("RGBA")).astype(int)


def on(paper: str, picture: np.ndarray) -> np.ndarray:
    """The picture laid on paper, after the formula of Porter and Duff, *Compositing digital images* (1984)."""
    cover = picture[:, :, 3:] / 255
    return picture[:, :, :3] * cover + 255 * np.array(to_rgb(paper)) * (1 - cover)


def test_a_stored_picture_is_transparent_and_the_paper_shows_inside_of_hollow_points_and_round_labels() -> None:
    hollow, filled = (Points([0], [0.25], color="vermilion", marker=marker, size=24) for marker in ("hollow", "filled"))
    line = Curve(X, 0 * X + 0.25, width=6)
    covered, shown = pixels(scene(line, filled)), pixels(scene(line, hollow))
    assert [int(shown[y, x, 3]) for y, x in ((0, 0), (-1, -1))] == [0, 0]
    # The middle of the point is where the pictures differ most; the line behind does not show through there.
    inside = (covered[:, :, 3] >= 250) & (shown[:, :, 3] <= 5)
    assert inside.sum() > 300
    middle = tuple(np.argwhere(inside).mean(axis=0).astype(int))
    assert covered[middle][:3] / 255 == pytest.approx(to_rgb(PALETTE["vermilion"]["either"]), abs=0.02)
    # Laid on white it is what matplotlib draws on white; 255 colours are near enough.
    figure = draw(scene(line, hollow, Label(0.5, 0.25, "a label")))
    figure.dpi = 192
    figure.canvas.draw()
    drawn = np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(int)
    difference = np.abs(on("#ffffff", pixels(scene(line, hollow, Label(0.5, 0.25, "a label")))) - drawn)
    assert difference.mean() < 0.2 and np.quantile(difference, 0.999) < 40


def test_a_heat_map_goes_from_the_page_to_one_colour_on_any_page() -> None:
    picture = pixels(scene(Field((-1, 1), (-0.5, 1), [[0, 10]], "loss", (0, 10))))
    low, high = picture[500, 300], picture[500, 1000]
    assert low[3] == 0
    assert tuple(high) == (*(round(255 * part) for part in to_rgb(FIELD_END)), 255)


@pytest.mark.parametrize(("module", "heavy"), [("matplotlib_renderer", "pyplot"), ("scene", "cbook")])
def test_what_is_not_needed_is_not_loaded(module, heavy) -> None:
    code = f"import sys, course_lib.figures.{module}; assert not {{'matplotlib.{heavy}', 'sympy'}} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_units_as_long_on_both_axes_leave_the_title_its_margin() -> None:
    # A little wider than the room for it, so that the axes shrink in height.
    axes = Axis("x", (-1.6, 1.6)), Axis("y", (-0.5, 1.2))
    wide = Scene("A title", *axes, [Curve(X, X, "x")], "Words.", equal_units=True)
    figure = draw(wide)
    figure.canvas.draw()
    (drawn,) = figure.axes
    box = drawn.get_window_extent()
    assert box.width / box.height == pytest.approx(3.2 / 1.7)
    assert drawn._left_title.get_window_extent().y1 < figure.bbox.height - 5


def test_show_sends_one_bundle(monkeypatch) -> None:
    sent = []
    monkeypatch.setattr("IPython.display.display", lambda *data, **options: sent.append((data, options)))
    show(scene())
    (((bundle,), options),) = sent
    assert (bundle["image/png"], bundle["text/plain"]) == (png(scene()), "ReLU bends at 0.")
    root = ElementTree.fromstring(bundle["text/html"].split("<style>")[0].replace('"><figcaption', '"/><figcaption'))
    image, caption = root.find("figure/img"), root.find("figure/figcaption")
    assert b64decode(image.get("src").removeprefix("data:image/png;base64,")) == png(scene())
    assert image.get("alt") == "".join(caption.itertext()) == "ReLU bends at 0."
    assert options["raw"] is True
    assert options["metadata"]["image/png"] == {"width": 720, "height": 420, "alt": "ReLU bends at 0."}
    with pytest.raises(TypeError, match="scene: got 'ReLU'; accepted is a Scene"):
        show("ReLU")


def test_what_a_description_holds_stays_text_in_the_card() -> None:
    words = 'x < 1 & "quoted" <script>'
    data, _ = stored_picture(Scene("A", X_AXIS, Y_AXIS, [Curve(X, X)], words), "Run this cell.")
    shown = escape(words.replace(" < ", "\xa0<\xa0"))
    assert "<script" not in data["text/html"] and data["text/html"].count(shown) == 2
    assert "Run this cell." in data["text/html"]
