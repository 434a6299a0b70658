"""One colour-blind-safe palette by name, with values for light and dark backgrounds and one that suits either.

Both renderers take colours, dash patterns and the heat-map ramp from here, so that a series looks alike in the live
picture, which follows the page, and in the stored one, which is transparent and cannot know its page. The hues follow
Okabe and Ito, *Color Universal Design* (2008). The values were chosen so that every colour has a contrast of at least
3 : 1 with its background (WCAG 2.2, 1.4.11) and any two stay apart under simulated protanopia, deuteranopia and
tritanopia; what is red on one page is red on the other. Only the two neutral ones nearly meet in "either": between
white and black there is little room.
"""

PALETTE: dict[str, dict[str, str]] = {
    "blue": {"light": "#1447ac", "dark": "#4378f0", "either": "#3769ef"},
    "orange": {"light": "#c97d02", "dark": "#f8ba29", "either": "#c17d18"},
    "green": {"light": "#22a487", "dark": "#51bd8e", "either": "#216e53"},
    "vermilion": {"light": "#b91b0e", "dark": "#e4413f", "either": "#c61010"},
    "purple": {"light": "#702461", "dark": "#a134a2", "either": "#a22f9a"},
    "sky": {"light": "#127ab6", "dark": "#a9c7eb", "either": "#139aeb"},
    "grey": {"light": "#626466", "dark": "#887e88", "either": "#919396"},
    "ink": {"light": "#1f2328", "dark": "#e8eaed", "either": "#757a80"},
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
# On either background, a heat map goes from the page itself to this colour.
FIELD_END = "#1f64a4"

# How much of the page a band hides: one that marks a region, and a dense one, which stands for a curve.
OPACITY = {False: 0.16, True: 0.6}
