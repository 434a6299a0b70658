"""A progress bar with the loss and the steps per second, or silence."""

from typing import Any

import numpy as np


class Progress:
    """Counts training steps; shows them with tqdm where `shown`. tqdm is imported only then.

    Steps may come in parts: a block of 16 of 64 replicas is a quarter of a step.
    """

    def __init__(self, steps: int, shown: bool) -> None:
        self._bar: Any = None
        if shown:
            from tqdm import tqdm

            self._bar = tqdm(total=steps, unit="step", bar_format="{desc}{percentage:3.0f}%|{bar}| {rate_fmt}{postfix}")

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, steps: float) -> None:
        """Count more steps."""
        if self._bar is not None:
            self._bar.update(steps)

    def describe(self, epoch: int, losses: np.ndarray[Any, Any]) -> None:
        """Show the epoch and the mean loss over the replicas."""
        if self._bar is not None:
            finite = losses[np.isfinite(losses)]
            mean = f"{finite.mean():.4g}" if len(finite) else "none finite"
            self._bar.set_postfix_str(f"epoch {epoch}, loss {mean}")
