"""What to do about a cause: a library of interventions, and which of them the evidence calls for."""
