"""Pieces of programs that tests run in a Python of their own."""

HIDE_TORCH = """
import sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":  # rather than None in sys.modules, which SciPy takes for the module
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, NoTorch())
"""
"""Makes an installed torch seem not to be."""
