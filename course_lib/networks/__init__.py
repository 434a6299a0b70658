"""Networks in NumPy that train many replicas side by side."""

from course_lib.networks.activations import ACTIVATIONS, Activation
from course_lib.networks.gradient_checking import check_gradient
from course_lib.networks.history import Diverged, History
from course_lib.networks.layers import Dense, Dropout, Maxout
from course_lib.networks.losses import LOSSES
from course_lib.networks.network import Network
from course_lib.networks.optimizers import SGD, Adam
from course_lib.networks.statistics import Statistics, measure
from course_lib.networks.training import train

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "SGD",
    "Activation",
    "Adam",
    "Dense",
    "Diverged",
    "Dropout",
    "History",
    "Maxout",
    "Network",
    "Statistics",
    "check_gradient",
    "measure",
    "train",
]
