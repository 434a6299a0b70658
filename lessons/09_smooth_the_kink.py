# %% [markdown]
# # Smooth the kink

# %%
import numpy as np
