# %% [markdown]
# # Bend the rectifier

# %%
import numpy as np
