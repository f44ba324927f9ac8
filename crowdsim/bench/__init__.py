"""Named workloads, timed: alone, stage by stage, and beside other programs. docs/interface describes a row."""
