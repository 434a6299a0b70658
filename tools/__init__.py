"""Tools that build the course from its lessons."""
