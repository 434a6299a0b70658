"""Which slopes at a kink are subgradients, of a function and of a whole network.

- `experiment`: the subgradient method, least absolute deviations, a layer of signs; networks with Clarke sets
- `exact_networks`: small networks in exact arithmetic
- `clarke`: the exact Clarke set of such a network's loss, and whether backprop's result is in it
- `figures`, `exercises`, `network_slope_exercises`, `answers`: what its lessons draw and ask, and the keys
- `directional`, `random_programs`: derivatives that are right at every tie, forward and backward, and what tests them
- `autodiff_figures`, `autodiff_exercises`: what the lesson on them draws and asks
"""
