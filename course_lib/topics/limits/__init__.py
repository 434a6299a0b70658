"""One-sided limits: figures and exercises of the lesson."""
