"""Paths on which a gradient survives: over depth and over time."""
