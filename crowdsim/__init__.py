"""crowdsim: 2D crowd dynamics for public-order training."""

import os

from crowdsim.places import compiled_folder

__version__ = "0.1.0"

# numba reads this when it is first imported; without it compiled code would land beside the sources.
os.environ.setdefault("NUMBA_CACHE_DIR", str(compiled_folder()))
