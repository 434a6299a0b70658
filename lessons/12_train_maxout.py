# %% [markdown]
# # Train maxout

# %%
