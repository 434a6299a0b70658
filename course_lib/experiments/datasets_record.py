"""What a dataset of the course holds, and its features brought to one scale."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float32]
LabelArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Samples X with labels 0 ≤ y < len(classes) to train on, and X_test with y_test to judge the result by.

    X is float32, (n_samples, n_features); y is int64, (n_samples,); ``classes[k]`` is the name of the class with label
    k. Other real numbers and other integers are converted. The arrays cannot be written to: a change in place would
    change the data of everyone who holds them. Take a copy, ``dataset.X.copy()``, to change it.

    Raises TypeError for what are not numbers or integers, ValueError for shapes that do not fit, values that are not
    finite and labels without a class.

    >>> Dataset("or", [[0, 0], [0, 1], [1, 0]], [0, 1, 1], [[1, 1]], [1], ("false", "true"), "truth table")
    <or: 3 training and 1 test samples, 2 features, 2 classes>
    """

    name: str
    X: FloatArray
    y: LabelArray
    X_test: FloatArray
    y_test: LabelArray
    classes: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        classes = tuple(self.classes)
        if len(classes) < 2:
            raise ValueError(f"classes: got {self.classes!r}; accepted are the names of at least two classes")
        for part in ("", "_test"):
            X = _samples(f"X{part}", getattr(self, f"X{part}"))
            y = _labels(f"y{part}", getattr(self, f"y{part}"), len(X), len(classes))
            object.__setattr__(self, f"X{part}", X)
            object.__setattr__(self, f"y{part}", y)
        if self.X_test.shape[1] != self.X.shape[1]:
            raise ValueError(f"X_test: got {self.X_test.shape[1]} features; accepted are {self.X.shape[1]}, as in X")
        object.__setattr__(self, "classes", classes)

    def __repr__(self) -> str:
        return (
            f"<{self.name}: {len(self.X)} training and {len(self.X_test)} test samples, "
            f"{self.X.shape[1]} features, {len(self.classes)} classes>"
        )


def standardised(dataset: Dataset) -> Dataset:
    """(X − mean) / standard deviation for each feature, both taken over the training samples alone.

    The test samples are shifted and scaled by the same numbers: nothing about them leaks into training. A feature that
    is constant over the training samples has no scale; it becomes 0 in both parts.
    Source: Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, *Efficient BackProp*, 1998, section 4.3.

    >>> small = Dataset("small", [[1, 7], [3, 7]], [0, 1], [[5, 9]], [1], ("low", "high"), "made up")
    >>> standardised(small).X
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    >>> standardised(small).X_test
    array([[3., 0.]], dtype=float32)
    """
    if not isinstance(dataset, Dataset):
        raise TypeError(f"dataset: got {type(dataset).__name__}; accepted is a Dataset, as digits() returns")
    # The sums are taken in float64: 60,000 terms in float32 would lose digits of the mean.
    mean = dataset.X.mean(axis=0, dtype=np.float64)
    deviation = dataset.X.std(axis=0, dtype=np.float64)
    # The deviation of a constant feature need not come out as 0: its mean is rounded.
    varies = np.ptp(dataset.X, axis=0) > 0
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=varies)
    X, X_test = (_samples("X", (part - mean) * scale) for part in (dataset.X, dataset.X_test))
    return replace(dataset, name=f"{dataset.name}, standardised", X=X, X_test=X_test)


def _samples(name: str, value: ArrayLike) -> FloatArray:
    given = np.asarray(value)
    if given.dtype.kind not in "fiu":
        raise TypeError(f"{name}: got an array of {given.dtype}; accepted are real numbers")
    if given.ndim != 2 or 0 in given.shape:
        raise ValueError(f"{name}: got shape {given.shape}; accepted is (n_samples, n_features), both at least 1")
    with np.errstate(over="ignore"):  # What float32 cannot hold becomes inf and is named below.
        converted = given.astype(np.float32, copy=False)
    bad = np.argwhere(~np.isfinite(converted))
    if len(bad):
        row, column = bad[0]
        raise ValueError(f"{name}: got {given[row, column]} at [{row}, {column}]; accepted are finite float32 numbers")
    return _read_only(converted)


def _labels(name: str, value: ArrayLike, n_samples: int, n_classes: int) -> LabelArray:
    given = np.asarray(value)
    if given.dtype.kind not in "iu":
        raise TypeError(f"{name}: got an array of {given.dtype}; accepted are integers")
    if given.shape != (n_samples,):
        raise ValueError(f"{name}: got shape {given.shape}; accepted is ({n_samples},), a label for each sample")
    bad = np.flatnonzero((given < 0) | (given >= n_classes))
    if len(bad):
        raise ValueError(f"{name}: got {given[bad[0]]} at [{bad[0]}]; accepted are 0 to {n_classes - 1}")
    return _read_only(given.astype(np.int64, copy=False))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """A view that cannot be written to: the caller's own array stays as it was."""
    view = array.view()
    view.flags.writeable = False
    return view
