"""What a learner sees of a session: controls, pictures, a line that says where it stands."""
