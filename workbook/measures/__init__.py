"""What a failure is measured by, beyond its loss: one file for each thing that is looked at."""
