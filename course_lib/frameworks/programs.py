"""The programs that every library is asked to differentiate, and the function that each of them computes."""

from dataclasses import dataclass

RELU = "Max(x, 0)"
TIED = (1.0, 1.0, 0.0)
ONE_OF_THE_TIED = "{(a, 1 − a, 0) : 0 ≤ a ≤ 1}"


@dataclass(frozen=True)
class Program:
    """One way to write a function, and the point at which it is differentiated.

    Attributes
    ----------
    id : str
        Its key in ``PROGRAMS`` and in the adapters.
    title : str
        What it is, in words.
    formula : str
        What is typed, as it is printed.
    point : tuple of float
        One number for each variable. All are exact in binary, so that what comes back is not a matter of rounding.
    function : str
        What the program computes, as SymPy reads it, in x, or in x1, x2, … if there are several variables. Its Clarke
        subdifferential at ``point`` judges the value.
    set_text : str
        That set in symbols, if there are several variables; for one variable it is derived.
    """

    id: str
    title: str
    formula: str
    point: tuple[float, ...]
    function: str
    set_text: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables in ``function``."""
        return ("x",) if len(self.point) == 1 else tuple(f"x{i + 1}" for i in range(len(self.point)))

    @property
    def label(self) -> str:
        """Formula and point: ``"relu6(x) at 6"``."""
        numbers = ", ".join(f"{number:g}" for number in self.point).replace("-", "−")
        return f"{self.formula} at {numbers if len(self.point) == 1 else f'({numbers})'}"


_PROGRAMS = (
    # Spellings of ReLU.
    Program("relu", "ReLU by its own name", "relu(x)", (0.0,), RELU),
    Program("maximum_x_0", "maximum, x first", "maximum(x, 0)", (0.0,), RELU),
    Program("maximum_0_x", "maximum, 0 first", "maximum(0, x)", (0.0,), RELU),
    Program("clamp_min", "clamped from below", "clamp(x, min=0)", (0.0,), RELU),
    Program("where_ge", "a choice that keeps 0", "where(x ≥ 0, x, 0)", (0.0,), RELU),
    Program("where_gt", "a choice that drops 0", "where(x > 0, x, 0)", (0.0,), RELU),
    Program("x_times_step", "x times a step", "x·(x > 0)", (0.0,), RELU),
    Program("half_x_plus_abs", "by the absolute value", "(x + |x|)/2", (0.0,), RELU),
    Program("relu2", "ReLU from the other side", "relu(−x) + x", (0.0,), RELU),
    Program("relu3", "mean of two spellings", "(relu(x) + relu(−x) + x)/2", (0.0,), RELU),
    # The same function, x, 0 or |x|, written with kinks.
    Program("identity_relu", "x by two ReLUs", "relu(x) − relu(−x)", (0.0,), "x"),
    Program("identity_max", "x by two maxima", "maximum(x, 0) − maximum(−x, 0)", (0.0,), "x"),
    Program("identity_nested_2", "the same, applied twice", "i(i(x)) for i(x) = relu(x) − relu(−x)", (0.0,), "x"),
    Program("identity_relu_twice", "x by ReLUs of ReLUs", "relu(relu(x)) − relu(relu(−x))", (0.0,), "x"),
    Program("maximum_x_x", "x as the maximum of itself", "maximum(x, x)", (0.0,), "x"),
    Program("zero_program", "0 as a difference of two spellings", "(relu(−x) + x) − relu(x)", (0.0,), "0"),
    Program("sqrt_square", "|x| as a root", "√(x²)", (0.0,), "Abs(x)"),
    # Other functions with a kink.
    Program("abs", "absolute value", "|x|", (0.0,), "Abs(x)"),
    Program("clip_low", "clip at its lower end", "clip(x, −1, 1)", (-1.0,), "Max(-1, Min(x, 1))"),
    Program("clip_high", "clip at its upper end", "clip(x, −1, 1)", (1.0,), "Max(-1, Min(x, 1))"),
    Program("relu6_0", "ReLU6 at its lower end", "relu6(x)", (0.0,), "Max(0, Min(x, 6))"),
    Program("relu6_6", "ReLU6 at its upper end", "relu6(x)", (6.0,), "Max(0, Min(x, 6))"),
    Program("leaky_relu", "leaky ReLU, slope 1/8 on the left", "leaky_relu(x, 1/8)", (0.0,), "Max(x, x/8)"),
    Program("elu_2", "ELU with α = 2", "elu(x, 2)", (0.0,), "Piecewise((2*exp(x) - 2, x < 0), (x, True))"),
    # Smooth at the point.
    Program("elu_1", "ELU with α = 1: smooth at 0", "elu(x, 1)", (0.0,), "Piecewise((exp(x) - 1, x < 0), (x, True))"),
    # An infinite slope, and several variables.
    Program("sqrt", "square root", "√x", (0.0,), "sqrt(x)"),
    Program("tied_max_reduce", "largest entry, two tied", "max(x)", TIED, "Max(x1, x2, x3)", ONE_OF_THE_TIED),
    Program("tied_max_axis", "the same along an axis", "max(x, axis=0)", TIED, "Max(x1, x2, x3)", ONE_OF_THE_TIED),
    Program("norm", "length of a zero vector", "norm(x)", (0.0, 0.0), "sqrt(x1**2 + x2**2)", "{g : |g| ≤ 1}"),
)

PROGRAMS: dict[str, Program] = {program.id: program for program in _PROGRAMS}
