"""One colour-blind-safe palette by name, with a value for light and one for dark backgrounds.

Both renderers take colours, dash patterns and the heat-map ramp from here, so that a series looks the same in the
stored picture, which is always light, and in the live one. The hues follow Okabe and Ito, *Color Universal Design*
(2008). The values were chosen so that every colour has a contrast of at least 3 : 1 with its background (WCAG 2.2,
1.4.11) and any two stay apart under simulated protanopia, deuteranopia and tritanopia.
"""

PALETTE: dict[str, dict[str, str]] = {
    "blue": {"light": "#1447ac", "dark": "#358cef"},
    "orange": {"light": "#c97d02", "dark": "#f8ba29"},
    "green": {"light": "#22a487", "dark": "#40c09e"},
    "vermilion": {"light": "#b91b0e", "dark": "#cc5e1e"},
    "purple": {"light": "#702461", "dark": "#be5fc3"},
    "sky": {"light": "#127ab6", "dark": "#93cbf2"},
    "grey": {"light": "#626466", "dark": "#828588"},
    "ink": {"light": "#1f2328", "dark": "#e8eaed"},
}

# Letters are thinner than lines: these have a contrast of at least 4.5 : 1 in both themes (WCAG 2.2, 1.4.3).
TEXT_COLORS = ("ink", "grey", "blue", "vermilion", "sky")

BACKGROUND: dict[str, str] = {"light": "#ffffff", "dark": "#111111"}
GRID: dict[str, str] = {"light": "#e4e7eb", "dark": "#2c323a"}

# On and off lengths in pixels for a line of width 2; both renderers scale them with the width.
DASHES: dict[str, tuple[float, ...]] = {"solid": (), "dashed": (7.0, 4.0), "dotted": (2.0, 3.0)}

# Heat-map ramps, low to high, interpolated linearly. The lightness is monotone, so they also read in greyscale.
FIELD_RAMP: dict[str, tuple[str, ...]] = {
    "light": ("#f3f6fa", "#b7d3ea", "#6aa7d6", "#2b73b0", "#123f73"),
    "dark": ("#182029", "#1d4468", "#2f74ae", "#6fb0e4", "#d6ecfb"),
}
