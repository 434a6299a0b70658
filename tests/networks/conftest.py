"""The tests of networks can `import textbook`, the slow implementation that they compare with, and `blas_pools`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
