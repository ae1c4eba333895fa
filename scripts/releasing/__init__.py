"""What `scripts/release` does, a step a file."""
