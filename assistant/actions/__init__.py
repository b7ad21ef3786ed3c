"""What to do about a cause: a library of interventions, and those that the evidence calls for."""
