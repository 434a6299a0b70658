"""What other libraries return at the kink: measured where they are installed, beside a dated snapshot."""
