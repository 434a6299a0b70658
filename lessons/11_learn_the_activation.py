# %% [markdown]
# # Learn the activation

# %%
import numpy as np
