"""The parts of the Resolutions page."""
