"""A training and a test part with the same balance of classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets_arguments import check_real, check_seed

Indices = NDArray[np.intp]


def stratified_split(y: NDArray[Any], test_share: float, seed: int) -> tuple[Indices, Indices]:
    """Of the n samples of each class, round(test_share · n) drawn at random are for the test, the others for training.

    y are the labels, (n_samples,). Returns the rows of the training part and of the test part, each in random order,
    so that a batch holds a mixture of classes. The same seed draws the same rows. Raises ValueError where a class would
    be missing in one of the parts.

    >>> train, test = stratified_split(np.array([0, 0, 0, 1, 1, 1]), test_share=1 / 3, seed=0)
    >>> len(train), len(test)
    (4, 2)
    """
    share = check_real("test_share", test_share, "a number between 0 and 1, both excluded", lambda value: 0 < value < 1)
    generator = np.random.default_rng(check_seed(seed))
    train, test = [], []
    for label in np.unique(y):
        rows = generator.permutation(np.flatnonzero(y == label))
        n_test = round(share * len(rows))
        if not 0 < n_test < len(rows):
            raise ValueError(
                f"test_share: got {share}, which puts {n_test} of the {len(rows)} samples of class {label} into the "
                "test part; accepted is a share that leaves some in both parts"
            )
        test.append(rows[:n_test])
        train.append(rows[n_test:])
    return generator.permutation(np.concatenate(train)), generator.permutation(np.concatenate(test))
