"""How questions are answered, and the doors through which they come."""
