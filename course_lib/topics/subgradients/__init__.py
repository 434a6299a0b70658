"""Which slopes at a kink are subgradients, of a function and of a whole network."""
