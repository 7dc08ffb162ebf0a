"""What comes: daily counts forecast for the next days, with intervals whose coverage is checked on the past."""

from crash_knowledge.insights.forecast.forecaster import forecast
from crash_knowledge.insights.forecast.model import (
    DayForecast,
    Forecast,
    Interval,
    NotEnoughData,
    Sample,
    TotalForecast,
)

__all__ = ["DayForecast", "Forecast", "Interval", "NotEnoughData", "Sample", "TotalForecast", "forecast"]
