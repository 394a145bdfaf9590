"""What a learner turns: knobs, a session that trains, and the history that it can go back in."""
