"""The interactive page: a store becomes one self-contained HTML file."""

from kg.view.page import write_page

__all__ = ["write_page"]
