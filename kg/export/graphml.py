"""The network as GraphML (Gephi, yEd, Cytoscape, igraph) and as GEXF (Gephi).

XML 1.0 cannot hold most control characters, not even escaped; they are written as U+FFFD. Both formats write each
edge under its ``eid``, which stays an attribute, too, since some readers replace ids by numbers of their own.

Source: http://graphml.graphdrawing.org/specification.html, https://gexf.net/schema.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from kg.export.files import placing, write_bytes

if TYPE_CHECKING:
    import networkx as nx

    from kg.export.network import Ties

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_GEXF = "{http://www.gexf.net/1.2draft}"


def write_graphml(network: nx.MultiDiGraph[str] | Ties, path: Path, *, made: Mapping[str, str] = _NOTHING) -> None:
    """Write a network as GraphML with typed attributes; an empty network gives a graph without nodes.

    What ``made`` it becomes attributes of the graph. Nothing is built in memory: the rows are gone through thrice.

    Raises:
        ExportError: the file cannot be written.
    """
    import networkx as nx

    with placing(path) as unfinished:
        with unfinished.open("wb") as file:
            clean = cast("Any", _Clean(network, made))
            nx.write_graphml_lxml(clean, file, infer_numeric_types=True, named_key_ids=True,
                                  edge_id_from_attribute="eid")
        with unfinished.open("ab") as file:
            file.write(b"\n")


class _Clean:
    """A network as XML can hold it, as far as NetworkX asks for it when it writes one."""

    def __init__(self, network: nx.MultiDiGraph[str] | Ties, made: Mapping[str, str]) -> None:
        self._network = network
        self.graph = dict(sorted(made.items()))

    def is_directed(self) -> bool:
        """Tell that edges have a direction."""
        return True

    def is_multigraph(self) -> bool:
        """Tell that two nodes can have several edges."""
        return True

    def nodes(self, data: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each node with its attributes."""
        for node, attributes in self._network.nodes(data=True):
            yield _text(node), {name: _text(value) for name, value in attributes.items()}

    def edges(self, keys: bool = True, data: bool = True) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """Yield source, target, key and attributes of each edge."""
        for source, target, key, attributes in self._network.edges(keys=True, data=True):
            yield _text(source), _text(target), key, {name: _text(value) for name, value in attributes.items()}


def write_gexf(network: nx.MultiDiGraph[str], path: Path, *, made: Mapping[str, str] = _NOTHING) -> None:
    """Write a network as GEXF 1.2; the date that the format may carry is left out.

    What ``made`` it becomes the description.

    Raises:
        ExportError: the file cannot be written.
    """
    import networkx as nx
    from lxml import etree

    content = io.BytesIO()
    clean = _copy(network)
    for _, _, attributes in clean.edges(data=True):
        attributes["id"] = attributes["eid"]
    nx.write_gexf(clean, content)
    root = etree.fromstring(content.getvalue())
    for meta in root.iter(f"{_GEXF}meta"):
        meta.attrib.pop("lastmodifieddate", "")
        for creator in meta.iter(f"{_GEXF}creator"):
            creator.text = "abstract-kg"
        if made:
            said = ", ".join(f"{name} {value}" for name, value in sorted(made.items()))
            etree.SubElement(meta, f"{_GEXF}description").text = said
    write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n", path)


def _copy(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return a copy that XML can hold, its nodes and edges in the same order."""
    import networkx as nx

    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, attributes in network.nodes(data=True):
        copy.add_node(_text(node), **{name: _text(value) for name, value in attributes.items()})
    for source, target, key, attributes in network.edges(keys=True, data=True):
        copy.add_edge(_text(source), _text(target), key=key,
                      **{name: _text(value) for name, value in attributes.items()})
    return copy


def _text(value: Any) -> Any:
    return _FORBIDDEN.sub("\ufffd", value) if isinstance(value, str) else value
