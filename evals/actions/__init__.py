"""Actions: what measuring them finds in worlds whose truth is known, and what experts accept."""
