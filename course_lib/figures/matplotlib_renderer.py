"""Draws any scene with matplotlib: for the stored notebook, print and slides.

It uses `Figure` and the Agg canvas alone. pyplot's global state and the reader's own style sheet are left as they are
and have no influence, so the same scene gives the same bytes. A stored picture cannot know whether its page is light or
dark: it is transparent, in colours that are seen on both.
"""

from base64 import b64encode
from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, ScalarFormatter
from numpy.typing import NDArray
from PIL import Image

from course_lib.checks import refusal
from course_lib.figures import layers as kinds
from course_lib.figures.palette import DASHES, FIELD_END, OPACITY, PALETTE
from course_lib.figures.scene import Axis, Scene, format_power_of_ten, unbroken, whole_numbers
from course_lib.stored import card

WIDTH, HEIGHT = 720, 420
CSS_DPI = 96
# Twice the density of a plain screen, so that the picture stays sharp on a projector and on a fine display.
PNG_DPI = 2 * CSS_DPI
PIXEL = 72 / CSS_DPI  # in points, matplotlib's unit of length
TEXT_OFFSET = 6 * PIXEL
LEGEND_ROW = 20 * PIXEL
COLORS = {name: shades["either"] for name, shades in PALETTE.items()}
GRID = to_rgba(COLORS["grey"], 0.28)
# A colour that suits either page is near to none of them: where a band is pale it hides more than in the live picture.
COVER = {False: 0.25, True: OPACITY[True]}
WHITE, BLACK = "#ffffff", "#000000"
FIELD = "field"
STYLE = {
    "font.size": 10, "text.color": COLORS["ink"], "text.parse_math": False,
    "axes.titlesize": 12, "axes.titleweight": "bold", "axes.titlecolor": COLORS["ink"],
    "axes.labelcolor": COLORS["ink"], "axes.labelpad": 6, "axes.edgecolor": COLORS["grey"], "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8,
    "xtick.color": COLORS["grey"], "ytick.color": COLORS["grey"],
    "xtick.labelcolor": COLORS["ink"], "ytick.labelcolor": COLORS["ink"],
    "xtick.labelsize": 9, "ytick.labelsize": 9, "xtick.major.size": 3.5, "ytick.major.size": 3.5,
    "lines.scale_dashes": False, "lines.solid_capstyle": "round", "lines.solid_joinstyle": "round",
    "legend.frameon": False, "legend.fontsize": 9.5, "legend.handlelength": 2.6,
    "figure.constrained_layout.w_pad": 0.1, "figure.constrained_layout.h_pad": 0.1,
}  # fmt: skip
# On which side of its place a text begins, for an anchor that says on which side of the place it stands.
_HORIZONTAL = {"left": "right", "right": "left"}
_VERTICAL = {"above": "bottom", "below": "top"}


def draw(scene: Scene) -> Figure:
    """The scene as a matplotlib figure of 720 × 420 CSS pixels on white paper, layers from back to front.

    Curves are clipped to the limits of the axes. Raises TypeError if `scene` is no Scene.

    >>> from course_lib.figures import Axis, Curve, Scene
    >>> line = Curve([0, 1], [0, 2], label="2x")
    >>> figure = draw(Scene("A line", Axis("x", (0, 1)), Axis("y", (0, 2)), [line], "A line through 0 of slope 2."))
    >>> figure.axes[0].get_lines()[0].get_ydata().tolist()
    [0.0, 2.0]
    """
    if not isinstance(scene, Scene):
        raise TypeError(refusal("scene", scene, "a Scene"))
    with _style():
        figure = Figure(figsize=(WIDTH / CSS_DPI, HEIGHT / CSS_DPI), dpi=CSS_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _draw_axes(axes, scene)
        for i, layer in enumerate(scene.layers):
            _PAINTERS[type(layer)](axes, layer, 2 + i / 1000)
        # Layers must not move the limits that the scene states.
        axes.set_xlim(scene.x_axis.limits)
        axes.set_ylim(scene.y_axis.limits)
        if scene.equal_units:
            axes.set_aspect("equal", anchor="W")
        rows = _draw_legend(figure, axes)
        axes.set_title(scene.title, loc="left", pad=10 * PIXEL + LEGEND_ROW * rows)
        if scene.equal_units:
            # The first time, the layout does not yet know how much the axes shrink, and the title comes to the edge.
            figure.draw_without_rendering()
    return figure


def png(scene: Scene) -> bytes:
    """The scene as a transparent PNG of 1440 × 840 pixels; the same scene gives the same bytes.

    It is drawn on white and on black: where both drawings agree the ink covers the paper, and what differs is the paper
    that shows through, also inside of a hollow point. Errors are those of `draw`.
    """
    figure = draw(scene)
    figure.dpi = PNG_DPI
    on_white = _pixels(figure)
    figure.set_layout_engine("none")  # All stays in its place.
    _change_paper(figure, BLACK)
    on_black = _pixels(figure)
    cover = 255 - (on_white - on_black).max(axis=2, keepdims=True)
    ink = (255 * on_black + cover // 2) // np.maximum(cover, 1)
    picture = Image.fromarray(np.concatenate([ink.clip(0, 255), cover], axis=2).astype(np.uint8))
    if not any(isinstance(layer, kinds.Field) for layer in scene.layers):
        # A third of the size; only a field needs more colours.
        picture = picture.quantize(255, method=Image.Quantize.FASTOCTREE)
    buffer = BytesIO()
    picture.save(buffer, "png", dpi=(PNG_DPI, PNG_DPI))
    return buffer.getvalue()


def _pixels(figure: Figure) -> NDArray[np.int32]:
    with _style():
        figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(np.int32)  # type: ignore[attr-defined]


def _change_paper(figure: Figure, paper: str) -> None:
    """Give another colour to all that was drawn in the colour of the paper."""
    figure.set_facecolor(paper)
    for axes in figure.axes:
        axes.set_facecolor(paper)
    for artist in figure.findobj():
        if isinstance(artist, Line2D) and artist.get_markerfacecolor() == WHITE:  # A hollow point, also in the legend.
            artist.set_markerfacecolor(paper)
        elif isinstance(artist, Annotation):
            artist.set_path_effects([_halo(paper)])
        elif isinstance(artist, QuadMesh) and artist.cmap.name == FIELD:
            artist.set_cmap(_ramp(paper))


def stored_picture(scene: Scene, note: str = "") -> tuple[dict[str, str | bytes], dict[str, Any]]:
    """Data and metadata of an output: a card with the picture and its description, the PNG alone, the text.

    `note` says how to come to the live view that the picture stands in for; "" means that there is none. JupyterLab
    and nbconvert show the card, and of a bare PNG they would show no alternative text; paper gets the PNG.
    """
    picture, text = png(scene), escape(unbroken(scene.description))
    source = f"data:image/png;base64,{b64encode(picture).decode()}"
    size = f'width="{WIDTH}" height="{HEIGHT}" style="max-width: 100%; height: auto"'
    # Screen readers get the caption as the name of the picture; twice would be once too often.
    caption = f'<p aria-hidden="true">{text}</p>' + (f"<p><em>{escape(note)}</em></p>" if note else "")
    image = f'<img alt="{text}" {size} src="{source}">'
    figure = f'<figure style="margin: 0">{image}<figcaption>{caption}</figcaption></figure>'
    html = card(figure, stands_in=bool(note))
    data: dict[str, str | bytes] = {"text/html": html, "image/png": picture, "text/plain": scene.description}
    return data, {"image/png": {"width": WIDTH, "height": HEIGHT, "alt": scene.description}}


def show(scene: Scene) -> None:
    """Display the scene in a notebook: the picture, with its description as caption and alternative text."""
    from IPython.display import display

    data, metadata = stored_picture(scene)
    display(data, metadata=metadata, raw=True)


def _style() -> Any:
    return style.context(["default", STYLE])


def _halo(paper: str) -> Any:
    return withStroke(linewidth=4 * PIXEL, foreground=paper)


def _ramp(paper: str) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list(FIELD, (paper, FIELD_END))


def _draw_axes(axes: Axes, scene: Scene) -> None:
    axes.set_xscale(scene.x_axis.scale)
    axes.set_yscale(scene.y_axis.scale)
    axes.set_xlabel(scene.x_axis.label)
    axes.set_ylabel(scene.y_axis.label)
    _set_ticks(axes.xaxis, scene.x_axis, 9)
    _set_ticks(axes.yaxis, scene.y_axis, 7)
    # The lines x = 0 and y = 0 stand out a little from the grid.
    zero: dict[str, Any] = {"color": COLORS["grey"], "linewidth": 0.8, "zorder": 1.5, "alpha": 0.7}
    if scene.x_axis.scale == "linear":
        axes.vlines(0, 0, 1, transform=axes.get_xaxis_transform(), **zero)
    if scene.y_axis.scale == "linear":
        axes.hlines(0, 0, 1, transform=axes.get_yaxis_transform(), **zero)


def _set_ticks(target: Any, axis: Axis, count: int) -> None:
    if axis.ticks:
        places, names = zip(*axis.ticks, strict=True)
        target.set_ticks(places, names)
        target.set_minor_formatter(NullFormatter())
    elif axis.whole:
        target.set_ticks(whole_numbers(*axis.limits, count))
    elif axis.scale == "log":
        target.set_major_locator(LogLocator(numticks=count))
        target.set_major_formatter(FuncFormatter(lambda value, _: format_power_of_ten(value)))
        target.set_minor_formatter(NullFormatter())
    else:
        target.set_major_locator(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]))
        target.set_major_formatter(ScalarFormatter(useOffset=False, useMathText=False))


def _draw_legend(figure: Figure, axes: Axes) -> int:
    """Put the legend above the axes in as few rows as fit, where it covers no data; return the number of rows."""
    handles, labels = axes.get_legend_handles_labels()
    if not handles:
        return 0
    figure.draw_without_rendering()
    available = axes.get_window_extent().width
    for rows in range(1, len(handles) + 1):
        columns = -(-len(handles) // rows)
        legend = axes.legend(
            handles, labels, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.3, borderpad=0,
            columnspacing=1.6, handletextpad=0.6, labelspacing=0.4,
        )  # fmt: skip
        if legend.get_window_extent().width <= available:
            break
    return rows


def _draw_line(axes: Axes, line: kinds.Curve | kinds.Segment, zorder: float) -> None:
    (x,), (y,) = (numbers.values() for numbers in line.coordinates())
    pattern = tuple(length * PIXEL * line.width / 2 for length in DASHES[line.dash])
    axes.plot(
        x, y, color=COLORS[line.color], linestyle=(0, pattern) if pattern else "solid", linewidth=line.width * PIXEL,
        label=line.label, zorder=zorder,
    )  # fmt: skip


def _draw_points(axes: Axes, points: kinds.Points, zorder: float) -> None:
    edge = COLORS[points.color]
    axes.plot(
        points.x, points.y, linestyle="none", marker="o", markersize=points.size * PIXEL, markeredgecolor=edge,
        markerfacecolor=edge if points.marker == "filled" else WHITE, markeredgewidth=2 * PIXEL,
        label=points.label, zorder=zorder,
    )  # fmt: skip


def _draw_band(axes: Axes, band: kinds.Band, zorder: float) -> None:
    shade = COLORS[band.color]
    axes.fill_between(
        band.x, band.low, band.high, facecolor=to_rgba(shade, COVER[band.dense]), edgecolor=to_rgba(shade, 1),
        linewidth=PIXEL, label=band.label, zorder=zorder,
    )  # fmt: skip


def _draw_field(axes: Axes, field: kinds.Field, zorder: float) -> None:
    rows, columns = field.values.shape
    edges = [
        (np.geomspace if scale == "log" else np.linspace)(*limits, count + 1)
        for scale, limits, count in (
            (axes.get_xscale(), field.x_limits, columns),
            (axes.get_yscale(), field.y_limits, rows),
        )
    ]
    low, high = field.range or (None, None)
    mesh = axes.pcolormesh(*edges, field.values, cmap=_ramp(WHITE), vmin=low, vmax=high, zorder=zorder)
    # Inside of the axes' own box, so that it stays beside them and as tall, however equal units make them shrink.
    bar = axes.figure.colorbar(mesh, cax=axes.inset_axes((1.03, 0, 0.04, 1)), label=field.label)
    bar.outline.set_visible(False)
    bar.ax.grid(False)


def _draw_label(axes: Axes, label: kinds.Label, zorder: float) -> None:
    words = label.anchor.split()
    right, up = ("right" in words) - ("left" in words), ("above" in words) - ("below" in words)
    text = axes.annotate(
        label.text, (label.x, label.y), (TEXT_OFFSET * right, TEXT_OFFSET * up),
        textcoords="offset points", annotation_clip=True, color=COLORS[label.color], zorder=zorder + 1,
        horizontalalignment=next((_HORIZONTAL[word] for word in words if word in _HORIZONTAL), "center"),
        verticalalignment=next((_VERTICAL[word] for word in words if word in _VERTICAL), "center"),
    )  # fmt: skip
    # A halo in the background's colour keeps the text readable where it crosses a line.
    text.set_path_effects([_halo(WHITE)])


_PAINTERS: dict[type, Callable[[Axes, Any, float], None]] = {
    kinds.Curve: _draw_line,
    kinds.Points: _draw_points,
    kinds.Band: _draw_band,
    kinds.Field: _draw_field,
    kinds.Segment: _draw_line,
    kinds.Label: _draw_label,
}
