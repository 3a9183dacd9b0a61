"""`make bench`: how long the parts take, each beside what one would otherwise use. Medians of several runs."""
