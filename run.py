"""Start crowdsim from a checkout: `python run.py …` is `crowdsim …`."""

import sys

from crowdsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
