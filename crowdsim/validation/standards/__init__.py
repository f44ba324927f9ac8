"""The standard tests of the field that apply to level ground. Gate V1."""
