"""Dead units: how they come about, and what revives them."""
