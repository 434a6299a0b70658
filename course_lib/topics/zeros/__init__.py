"""How often a pre-activation is exactly 0, and where exact zeros come from."""
