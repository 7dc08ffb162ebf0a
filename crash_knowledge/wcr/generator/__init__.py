"""Makes up dumps: an incident (what broke) in its circumstances (where, when, who) becomes a described dump."""
