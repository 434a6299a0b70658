"""What training can end with besides success."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_lib.networks.history import History


class Diverged(ArithmeticError):
    """Training reached NaN or infinity; `replica`, `layer` and `epoch` say where, `history` holds all epochs before.

    `layer` counts the layers with weights from 0: the first one whose values were not finite, None where all were. The
    network keeps the weights of the last epoch that ended in finite numbers.
    """

    def __init__(self, message: str, replica: int, layer: int | None, epoch: int, history: History) -> None:
        super().__init__(message)
        self.replica = replica
        self.layer = layer
        self.epoch = epoch
        self.history = history

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Another process gets the error whole."""
        return Diverged, (str(self), self.replica, self.layer, self.epoch, self.history)
