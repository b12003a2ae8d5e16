"""The page: one HTML file that needs nothing else and reaches for nothing.

pyvis fills the template; vis-network comes from the pyvis wheel and our scripts and styles from ``assets/``, all
inlined. A content security policy allows these very scripts by their hashes and nothing else, so that no name in
a paper can become a script, and no request can leave the page.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ExportError
from kg.export.files import write_bytes
from kg.view.model import MAX_DRAWN, MAX_EDGES, View, view

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.ontology import Ontology

TEMPLATE = "graph.html"
SCRIPTS = ("store.js", "visible.js", "paths.js", "shapes.js", "dom.js", "combobox.js", "search.js", "pictures.js",
           "labels.js", "notice.js", "canvas.js", "keys.js", "proof.js", "panel.js", "filters.js", "table.js",
           "plot.js", "compare.js", "save.js", "main.js")
"""Our scripts, in the order they run."""

_HERE = Path(__file__).resolve().parent
_OPTIONS = {
    "physics": {"enabled": False},
    "interaction": {"hideEdgesOnDrag": True, "hover": True, "tooltipDelay": 1000000, "keyboard": {"enabled": False}},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": {"enabled": False}},
}


def write_page(store: ox.Store, ontology: Ontology, path: Path, *, title: str = "Knowledge graph",
               max_drawn: int = MAX_DRAWN, max_edges: int = MAX_EDGES) -> None:
    """Write the page of a store; an empty store gives a page that says so.

    A graph of more than ``max_drawn`` nodes or ``max_edges`` related pairs opens with groups of nodes, and says so.

    Raises:
        ExportError: the file cannot be written, or pyvis is incomplete.
    """
    shown = view(store, ontology, max_drawn=max_drawn, max_edges=max_edges)
    write_bytes(render(shown, title=title).encode("utf-8"), path)


def render(content: View, *, title: str) -> str:
    """Return the page as HTML, the same for the same view.

    Raises:
        ExportError: pyvis comes without vis-network, or an asset of this package is missing.
    """
    from pyvis.network import Network

    page = Network(directed=True, cdn_resources="in_line")
    page.nodes = content.nodes
    page.edges = content.edges
    page.set_options(json.dumps(_OPTIONS, sort_keys=True))
    page.set_template_dir(str(_HERE), TEMPLATE)
    page.templateEnv.autoescape = True
    page.templateEnv.globals.update(_parts(content.content, title))
    page.templateEnv.filters["json_block"] = json_block
    return str(page.generate_html(name=TEMPLATE))


def json_block(value: object) -> str:
    """Return a value as JSON that can stand in a script element: no ``<``, so that nothing ends the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a content security policy that allows the given inline scripts and styles and nothing else.

    Source: https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    return "; ".join(("default-src 'none'", f"script-src {_hashes(scripts)}", f"style-src {_hashes(styles)}",
                      "base-uri 'none'", "form-action 'none'"))


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


def _parts(content: Mapping[str, Any], title: str) -> dict[str, Any]:
    scripts = [_vis_network(), *(_asset(name) for name in SCRIPTS)]
    style = _asset("style.css")
    return {"title": title, "content": content, "scripts": scripts, "style": style,
            "policy": policy(scripts, [style])}


def _asset(name: str) -> str:
    return _inline(_HERE / "assets" / name)


def _vis_network() -> str:
    import pyvis

    found = sorted((Path(pyvis.__file__).parent / "lib").glob("vis-*/vis-network.min.js"), key=_release)
    if not found:
        raise ExportError("pyvis comes without vis-network", place=str(Path(pyvis.__file__).parent),
                          remedy="reinstall pyvis")
    return _inline(found[-1]).replace("//# sourceMappingURL=vis-network.min.js.map", "")


def _release(path: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in path.parent.name.removeprefix("vis-").split("."))


def _inline(path: Path) -> str:
    """Return a file as it can stand in a script or style element."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ExportError(f"a part of the page cannot be read: {error.strerror}", place=str(path),
                          remedy="reinstall the package") from error
    return text.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--").strip("\n")
