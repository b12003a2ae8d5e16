"""Build knowledge graphs from abstracts of machine-learning and systems papers."""

__version__ = "0.1.0"
