"""How figures print a number: few digits, a proper minus sign, powers of ten with superscripts."""

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_number(value: float, digits: int = 3) -> str:
    """Return `value` rounded to `digits` significant digits: 0.3333 becomes "0.333", −2.5·10⁻⁸ becomes "−2.5×10⁻⁸".

    Numbers from 0.001 up to 100 000 are written out. Zeros at the end are dropped, and −0 is "0".

    >>> format_number(-0.5), format_number(1e-8), format_number(123456789), format_number(float("-inf"))
    ('−0.5', '10⁻⁸', '1.23×10⁸', '−∞')
    """
    if not isinstance(digits, int) or digits < 1:
        raise ValueError(f"digits must be an integer of at least 1; got {digits!r}.")
    value = float(value)
    if math.isnan(value):
        return "undefined"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return sign + "∞"
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{abs(value):.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -3 <= power < 5:
        shown = f"{float(f'{mantissa}e{power}'):.{max(digits - 1 - power, 0)}f}"
        return sign + (shown.rstrip("0").rstrip(".") if "." in shown else shown)
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    ten = "10" + str(power).translate(SUPERSCRIPT)
    return sign + (ten if mantissa == "1" else f"{mantissa}×{ten}")


def format_power_of_ten(value: float) -> str:
    """Return a tick of a log axis, 10ⁿ: "10⁻²", "10⁰", "10¹"; another number is printed by `format_number`.

    >>> format_power_of_ten(0.01), format_power_of_ten(1), format_power_of_ten(0.02)
    ('10⁻²', '10⁰', '0.02')
    """
    power = round(math.log10(value))
    if not math.isclose(value, 10.0**power):
        return format_number(value)
    return "10" + str(power).translate(SUPERSCRIPT)
