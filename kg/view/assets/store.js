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

  // Groups of a large graph; their ids on the canvas follow on those of the nodes. None where all is drawn at once.
  kg.groups = (content.groups || []).map((row, number) => ({...row, key: content.nodes.length + number}));
  kg.groupAt = (id) => kg.groups[id - content.nodes.length];
  kg.groupOf = new Map(kg.groups.flatMap((row) => row.members.map((node) => [node, row])));
  kg.places = content.places;
  kg.opened = content.opened; // nodes that one picture draws of a group or a neighbourhood
  kg.whole = content.whole; // entities of the store, where the page holds but those that most papers name
  kg.part = content.part;
  kg.canDrawAll = kg.groups.length > 0 && content.drawable;

  kg.evidenceCount = content.evidence.length;
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
  kg.between = (a, b) => (kg.edgesOf[a] || []).filter((edge) => kg.other(edge, a) === b && a !== b);
  kg.neighbours = (node) => [...new Set(kg.edgesOf[node].filter(kg.isShown).map((edge) => kg.other(edge, node)))];
  kg.fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s_-]+/g, " ").trim();
  kg.weight = (node) => (kg.nodes[node].support || 0) * 3 + kg.edgesOf[node].length;
  kg.paperOf = (result) => kg.evidence(result.evidence).paper;

  // State. selected: {node}, {pair: [a, b]}, {path: [a, b]}, {group} or null. picture: what the canvas holds, null for
  // the first picture, else {around: node}, {path: [a, b]}, {group} or {all: true}. Filters: what is off, or null for all.
  const ALL = {offClasses: new Set(), offRelations: new Set(), years: null, sure: 0, papers: new Set()};
  kg.state = {selected: null, picture: null, view: "graph", compared: [], measure: null, ...ALL};
  kg.everything = () => ({offClasses: new Set(), offRelations: new Set(), years: null, sure: 0, papers: new Set()});
  kg.isFilter = (change) => Object.keys(ALL).some((name) => name in change);
  kg.isFiltered = () => {
    const {offClasses, offRelations, years, sure, papers} = kg.state;
    return Boolean(offClasses.size || offRelations.size || years || sure || papers.size);
  };
  const listeners = [];
  kg.listen = (listener) => listeners.push(listener);
  kg.set = (change) => {
    Object.assign(kg.state, change);
    const hash = written();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    for (const listener of listeners) listener(kg.state, change);
  };
  kg.select = (node, change) => kg.set({selected: node === null ? null : {node}, ...change});

  const BASE = "https://w3id.org/abstract-kg/";
  const byIri = new Map(kg.nodes.map((node) => [node.iri, node.key]));
  const short = (node) => kg.nodes[node].iri.startsWith(BASE) ? kg.nodes[node].iri.slice(BASE.length) : kg.nodes[node].iri;
  const found = (text) => byIri.get(text) ?? byIri.get(BASE + text) ?? null;
  const VIEWS = ["nodes", "relations", "results", "compare"];

  function written() {
    const {selected, picture, view, offClasses, offRelations, years, sure, papers, compared, measure} = kg.state;
    const parts = new URLSearchParams();
    const add = (name, nodes) => nodes.forEach((node) => parts.append(name, short(node)));
    if (selected?.node !== undefined) add("node", [selected.node]);
    if (selected?.group !== undefined) parts.set("about", `group-${selected.group + 1}`);
    add("pair", selected?.pair || []);
    add("path", selected?.path || []);
    add("around", picture?.around !== undefined ? [picture.around] : []);
    add("along", picture?.path || []);
    if (picture?.group !== undefined) parts.set("group", String(picture.group + 1));
    if (picture?.all) parts.set("draw", "all");
    if (view !== "graph") parts.set("view", view);
    if (offClasses.size) parts.set("hide", [...offClasses].sort().join(","));
    if (offRelations.size) parts.set("without", [...offRelations].sort().join(","));
    if (years) parts.set("years", years.join("-"));
    if (sure) parts.set("sure", String(sure));
    add("paper", [...papers].sort((a, b) => a - b));
    add("with", compared);
    if (measure) parts.set("measure", measure);
    return parts.toString();
  }

  kg.restore = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    const known = (name, map) => new Set((parts.get(name) || "").split(",").filter((value) => map.has(value)));
    const nodes = (name) => [...new Set(parts.getAll(name).map(found).filter((key) => key !== null))];
    const two = (name) => (nodes(name).length === 2 ? nodes(name) : null);
    const groupIn = (text) => (kg.groups[Number(text) - 1] ? Number(text) - 1 : null);
    const selected = () => {
      const about = groupIn((parts.get("about") || "").replace("group-", ""));
      if (two("pair")) return {pair: two("pair")};
      if (two("path")) return {path: two("path")};
      if (nodes("node").length) return {node: nodes("node")[0]};
      return about === null ? null : {group: about};
    };
    const picture = () => {
      if (nodes("around").length) return {around: nodes("around")[0]};
      if (two("along")) return {path: two("along")};
      if (groupIn(parts.get("group")) !== null) return {group: groupIn(parts.get("group"))};
      return parts.get("draw") === "all" && kg.canDrawAll ? {all: true} : null;
    };
    const years = /^(\d{4})-(\d{4})$/.exec(parts.get("years") || "");
    const sure = Number(parts.get("sure"));
    kg.set({
      selected: selected(), picture: picture(), view: VIEWS.includes(parts.get("view")) ? parts.get("view") : "graph",
      offClasses: known("hide", kg.classOf), offRelations: known("without", kg.relationOf),
      years: years && years[1] <= years[2] ? [Number(years[1]), Number(years[2])] : null,
      sure: sure > 0 && sure < 1 ? sure : 0, papers: new Set(nodes("paper").filter((key) => kg.nodes[key].cls === "Paper")),
      compared: nodes("with"), measure: parts.get("measure"),
    });
  };
})();
