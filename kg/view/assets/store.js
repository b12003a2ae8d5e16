"use strict";
// The content of the page, indexed, and its state; the address bar holds the state, so that a view can be shared.
const kg = {};
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const content = read("content");
  const group = () => content.nodes.map(() => []);

  kg.ontology = content.ontology;
  kg.classes = content.classes;
  kg.relations = content.relations;
  kg.classOf = new Map(content.classes.map((cls) => [cls.name, cls]));
  kg.relationOf = new Map(content.relations.map((relation) => [relation.name, relation]));
  kg.nodes = content.nodes.map((node, id) => ({aliases: [], pages: [], code: [], ...node, key: id}));
  kg.edges = content.edges.map(([from, predicate, to, evidence], id) => ({key: id, from, predicate, to, evidence}));
  kg.results = content.results.map((result, id) => ({conditions: [], baselines: [], ...result, key: id}));
  kg.named = content.named;
  kg.drawn = {nodes: read("drawn-nodes"), edges: read("drawn-edges"), options: read("options")};
  kg.drawnIds = new Set(kg.drawn.nodes.map((node) => node.id));

  kg.evidence = (number) => {
    const [paper, from, to, start, end, rule, confidence, manner] = content.evidence[number];
    return {paper, from, to, start, end, rule, confidence, manner};
  };

  kg.edgesOf = group();
  for (const edge of kg.edges) {
    kg.edgesOf[edge.from].push(edge);
    if (edge.to !== edge.from) kg.edgesOf[edge.to].push(edge);
  }
  kg.resultsOf = group();
  for (const result of kg.results) {
    const ends = [result.about, result.metric, ...result.baselines, kg.evidence(result.evidence).paper, ...result.conditions];
    for (const end of new Set(ends)) if (end !== undefined) kg.resultsOf[end].push(result);
  }
  kg.namedIn = group();
  kg.named.forEach((papers, node) => papers.forEach((paper) => kg.namedIn[paper].push(node)));

  kg.pairKey = (a, b) => `${Math.min(a, b)}-${Math.max(a, b)}`;
  kg.other = (edge, node) => (edge.from === node ? edge.to : edge.from);
  kg.between = (a, b) => kg.edgesOf[a].filter((edge) => kg.other(edge, a) === b && a !== b);
  kg.neighbours = (node) => [...new Set(kg.edgesOf[node].filter(kg.isShown).map((edge) => kg.other(edge, node)))];
  kg.fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s_-]+/g, " ").trim();
  kg.weight = (node) => (kg.nodes[node].support || 0) * 3 + kg.edgesOf[node].length;

  // State. selected: {node} or {pair: [a, b]} or null; ego: the node whose neighbourhood fills the canvas, or null.
  kg.state = {selected: null, ego: null, view: "graph", offClasses: new Set(), offRelations: new Set()};
  const listeners = [];
  kg.listen = (listener) => listeners.push(listener);
  kg.set = (change) => {
    Object.assign(kg.state, change);
    const hash = written();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    for (const listener of listeners) listener(kg.state, change);
  };
  kg.select = (node, change) => kg.set({selected: node === null ? null : {node}, ...change});
  kg.isShown = (edge) => !kg.state.offRelations.has(edge.predicate) &&
    !kg.isHidden(edge.from) && !kg.isHidden(edge.to);
  kg.isHidden = (node) => kg.state.offClasses.has(kg.nodes[node].cls);
  kg.visibleNodes = () => kg.nodes.filter((node) => !kg.isHidden(node.key));

  const BASE = "https://w3id.org/abstract-kg/";
  const byIri = new Map(kg.nodes.map((node) => [node.iri, node.key]));
  const short = (node) => kg.nodes[node].iri.startsWith(BASE) ? kg.nodes[node].iri.slice(BASE.length) : kg.nodes[node].iri;
  const found = (text) => byIri.get(text) ?? byIri.get(BASE + text) ?? null;

  function written() {
    const {selected, ego, view, offClasses, offRelations} = kg.state;
    const parts = new URLSearchParams();
    if (selected?.node !== undefined) parts.set("node", short(selected.node));
    if (selected?.pair) selected.pair.forEach((node) => parts.append("pair", short(node)));
    if (ego !== null) parts.set("around", short(ego));
    if (view !== "graph") parts.set("view", view);
    if (offClasses.size) parts.set("hide", [...offClasses].sort().join(","));
    if (offRelations.size) parts.set("without", [...offRelations].sort().join(","));
    return parts.toString();
  }

  kg.restore = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    const known = (name, map) => new Set((parts.get(name) || "").split(",").filter((value) => map.has(value)));
    const node = parts.has("node") ? found(parts.get("node")) : null;
    const pair = parts.getAll("pair").map(found).filter((key) => key !== null);
    const view = ["nodes", "relations", "results"].includes(parts.get("view")) ? parts.get("view") : "graph";
    kg.set({
      selected: pair.length === 2 ? {pair} : node === null ? null : {node},
      ego: parts.has("around") ? found(parts.get("around")) : null,
      view, offClasses: known("hide", kg.classOf), offRelations: known("without", kg.relationOf),
    });
  };
})();
