"""The journey canvas: what the map assumes beside what customers say, and the files of it."""
