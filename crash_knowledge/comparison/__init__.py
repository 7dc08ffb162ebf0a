"""Two dumps side by side: frames, nil variables, environment, memory and census."""
