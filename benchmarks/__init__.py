"""What the project promises about speed and memory, measured. Each module says how to run it."""
