"""Rectifiers and their relatives: bent at 0 with any slope on the left, smoothed, and compared fairly."""
