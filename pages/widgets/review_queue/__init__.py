"""The parts of the review queue's page."""
