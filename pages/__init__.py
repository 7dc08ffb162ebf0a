"""The pages of the dashboard: they arrange widgets and decide nothing."""
