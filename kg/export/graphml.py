"""The network as GraphML (Gephi, yEd, Cytoscape, igraph) and as GEXF (Gephi).

XML 1.0 cannot hold most control characters, not even escaped; they are written as U+FFFD. Both formats write each
edge under its ``eid``, which stays an attribute, too, since some readers replace ids by numbers of their own.

Source: http://graphml.graphdrawing.org/specification.html, https://gexf.net/schema.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kg.export.files import write_bytes

if TYPE_CHECKING:
    import networkx as nx

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_GEXF = "{http://www.gexf.net/1.2draft}"


def write_graphml(network: nx.MultiDiGraph[str], path: Path, *, made: Mapping[str, str] = _NOTHING) -> None:
    """Write a network as GraphML with typed attributes; an empty network gives a graph without nodes.

    What ``made`` it becomes attributes of the graph.

    Raises:
        ExportError: the file cannot be written.
    """
    import networkx as nx

    content = io.BytesIO()
    clean = _clean(network)
    clean.graph.update(sorted(made.items()))
    nx.write_graphml_lxml(clean, content, infer_numeric_types=True, named_key_ids=True,
                          edge_id_from_attribute="eid")
    write_bytes(content.getvalue() + b"\n", path)


def write_gexf(network: nx.MultiDiGraph[str], path: Path, *, made: Mapping[str, str] = _NOTHING) -> None:
    """Write a network as GEXF 1.2; the date that the format may carry is left out.

    What ``made`` it becomes the description.

    Raises:
        ExportError: the file cannot be written.
    """
    import networkx as nx
    from lxml import etree

    content = io.BytesIO()
    clean = _clean(network)
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


def _clean(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
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
