"""How proven a solution is."""

from __future__ import annotations

from math import sqrt

_Z_95 = 1.959963984540054


def wilson_lower_bound(successes: int, failures: int) -> float:
    """Lower end of the 95 % Wilson score interval of the success rate; 0 without a success.

    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212.
    """
    trials = successes + failures
    if successes == 0:
        return 0.0
    rate, z2 = successes / trials, _Z_95**2
    centre = rate + z2 / (2 * trials)
    spread = _Z_95 * sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2))
    return max(0.0, (centre - spread) / (1 + z2 / trials))
