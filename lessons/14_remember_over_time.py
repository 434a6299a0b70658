# %% [markdown]
# # Remember over time

# %%
import numpy as np
