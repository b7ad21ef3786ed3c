"""Whether the verifier tells a claim that its evidence carries from one that it does not."""
