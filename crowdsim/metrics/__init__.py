"""What a session amounts to: criteria, rules, score. Pure functions of what was recorded."""
