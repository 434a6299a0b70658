"""Maxout: an activation that is learned, as the largest of some affine pieces."""
