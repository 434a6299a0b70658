# %% [markdown]
# # Remember over time

# %%
