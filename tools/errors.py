"""The one error of the build: its message says where to look."""


class BuildError(Exception):
    """A lesson cannot become a notebook; the message names the lesson, the cell and the line."""
