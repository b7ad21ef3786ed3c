"""Whether the assistant knows when it cannot answer."""
