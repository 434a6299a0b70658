from course_lib.explorer.assets import palette_css
from course_lib.figures.palette import FIELD_RAMP, PALETTE


def test_every_colour_of_the_palette_is_there_in_both_themes():
    css = palette_css()
    for name, shades in PALETTE.items():
        assert f"--kink-{name}: light-dark({shades['light']}, {shades['dark']});" in css
    for i, (light, dark) in enumerate(zip(FIELD_RAMP["light"], FIELD_RAMP["dark"], strict=True)):
        assert f"--kink-ramp-{i}: light-dark({light}, {dark});" in css
