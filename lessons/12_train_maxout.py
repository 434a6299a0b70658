# %% [markdown]
# # Train maxout

# %%
import numpy as np
