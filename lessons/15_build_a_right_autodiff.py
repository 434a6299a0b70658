# %% [markdown]
# # Build an autodiff that is right

# %%
import numpy as np
