"""Data: what a data set is, the small ones that chapters use, and handwritten digits."""
