"""Without the extras the commands say what to install."""

from pathlib import Path

import pytest

from kg import mcp, serve
from kg.errors import ServeError
from kg.ontology import Ontology


def hide(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Make modules impossible to import."""
    import sys

    for name in names:
        monkeypatch.setitem(sys.modules, name, None)


def test_serving_without_its_extra(monkeypatch: pytest.MonkeyPatch, store_folder: Path) -> None:
    hide(monkeypatch, "uvicorn")
    with pytest.raises(ServeError, match=r"the endpoint needs uvicorn \(pip install 'abstract-kg\[serve\]'\)"):
        serve.serve(store_folder, serve.Options(port=0))


def test_agents_without_their_extra(monkeypatch: pytest.MonkeyPatch, store_folder: Path, shipped: Ontology) -> None:
    hide(monkeypatch, "mcp", "mcp.server")
    with pytest.raises(ServeError, match=r"pip install 'abstract-kg\[mcp\]'"):
        mcp.server(store_folder, shipped)
