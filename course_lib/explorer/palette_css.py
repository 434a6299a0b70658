"""The course's palette as custom properties of a style sheet, so that both renderers share one source."""

from course_lib.figures.palette import BACKGROUND, FIELD_RAMP, GRID, PALETTE


def palette_css() -> str:
    """Return one rule that sets `--kink-<colour>` for light and dark.

    >>> "--kink-blue: light-dark(" in palette_css()
    True
    """
    pairs = {name: (shades["light"], shades["dark"]) for name, shades in PALETTE.items()}
    pairs |= {"background": (BACKGROUND["light"], BACKGROUND["dark"]), "grid": (GRID["light"], GRID["dark"])}
    for i, (light, dark) in enumerate(zip(FIELD_RAMP["light"], FIELD_RAMP["dark"], strict=True)):
        pairs[f"ramp-{i}"] = light, dark
    lines = [f"  --kink-{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items()]
    return "\n".join([".kink {", *lines, "}", ""])
