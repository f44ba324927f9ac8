"""`python -m crowdsim` is the same program as `crowdsim` and `python run.py`."""

import sys

from crowdsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
