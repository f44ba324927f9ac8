"""crowdsim: 2D crowd dynamics for public-order training."""

__version__ = "0.1.0"
