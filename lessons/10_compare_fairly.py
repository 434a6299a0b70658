# %% [markdown]
# # Compare fairly

# %%
import numpy as np
