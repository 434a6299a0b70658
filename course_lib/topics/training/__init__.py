"""Training in NumPy: backpropagation, starts, depth and rectifiers."""
