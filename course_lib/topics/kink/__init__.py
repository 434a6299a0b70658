"""Why ReLU has no derivative at 0: figures and exercises of the first lesson and of the proof."""
