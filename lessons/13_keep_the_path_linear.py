# %% [markdown]
# # Keep the path linear

# %%
import numpy as np
