"""What a learner is asked: predictions, exercises, goals; and the answers that are kept."""
