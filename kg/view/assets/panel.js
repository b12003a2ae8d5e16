"use strict";
// Details beside the picture: of the whole graph, of a node, of what is stated between two nodes.
(() => {
  const {el} = kg;
  const panel = kg.$("panel");
  const nodeOf = (id) => kg.nodes[id];

  const KEYS = [["/", "search"], ["Arrows", "in the picture: the next node that way"], ["Shift+arrows", "move the picture"],
    ["+ − 0", "zoom in, out, show all"], ["Enter", "open the neighbourhood or group"], ["Esc", "close the details"]];
  const section = (title, ...content) => el("section", {}, el("h3", {}, title), ...content);
  const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];

  function head(kind, title) {
    const close = el("button.icon.close", {type: "button", ariaLabel: "Close details", title: "Close", onclick: () => kg.select(null)}, "×");
    return el("div.head", {}, el("p.kind", {}, kind), close, el("h2", {dir: "auto"}, title));
  }

  // Relations of a node, one block for each predicate and direction.
  function relationBlocks(node) {
    const groups = new Map();
    for (const edge of kg.edgesOf[node].filter(kg.isShown)) {
      const out = edge.from === node;
      const label = kg.relationOf.get(edge.predicate).label;
      const key = out ? label : `${label} (of others)`;
      if (!groups.has(key)) groups.set(key, {label, out, others: []});
      groups.get(key).others.push(kg.other(edge, node));
    }
    return [...groups.values()].sort((a, b) => b.out - a.out || (a.label < b.label ? -1 : 1)).map(({label, out, others}) => {
      others.sort((a, b) => kg.weight(b) - kg.weight(a) || a - b);
      const title = out ? [el("span.muted", {}, "this "), label] : [label, el("span.muted", {}, " this")];
      return el("div.relation", {}, el("h4", {}, ...title), ...kg.longList(others.map((other) => () => el("li", {},
        kg.nodeButton(other), el("button.why", {type: "button", title: "Show the evidence", onclick: () => kg.openPair(node, other),
          "aria-label": `Evidence: ${nodeOf(node).label}, ${label}, ${nodeOf(other).label}`}, "why?")))));
    });
  }

  // Something known by its address on the web, such as a repository; nothing else hangs on papers without being named.
  const isAddress = (node) => !node.support && kg.edgesOf[node.key].some((edge) => nodeOf(edge.from).cls === "Paper" && !edge.evidence.length);

  function entityDetails(id) {
    const node = nodeOf(id);
    const papers = kg.named[id];
    const others = node.aliases.filter((alias) => kg.fold(alias) !== kg.fold(node.label));
    return [
      others.length ? section("Also written", el("p.aliases", {}, ...others.map((alias) => el("bdi.chip", {}, alias)))) : "",
      el("dl.facts", {}, ...(isAddress(node) ? fact("Address", kg.link(node.iri, node.iri)) : fact("Named in", kg.plural(papers.length, "paper"))), ...(node.year ? fact("First seen", String(node.year)) : [])),
      ...results(id), ...relations(id),
      papers.length ? section("Papers", ...kg.longList(papers.map((paper) => () => el("li", {}, kg.nodeButton(paper))))) : "",
    ];
  }
  function paperDetails(id) {
    const node = nodeOf(id);
    const named = kg.namedIn[id].slice().sort((a, b) => kg.weight(b) - kg.weight(a) || a - b);
    const links = [...node.pages.map((page) => kg.link(page, page.replace(/^https?:\/\//, ""))), ...node.code.map((page) => kg.link(page, "code"))];
    const text = node.text || "";
    const abstract = text.startsWith(`${node.label}\n\n`) ? text.slice(node.label.length + 2) : text;
    return [
      el("dl.facts", {}, ...(node.year ? fact("Year", String(node.year)) : []), ...(node.id ? fact("Record", node.id) : []),
        ...(links.length ? fact("Links", ...links.flatMap((link, i) => (i ? [" · ", link] : [link]))) : [])),
      abstract ? el("details", {}, el("summary", {}, "Abstract"), el("p", {dir: "auto"}, abstract)) : "",
      ...results(id), ...relations(id),
      named.length ? section("Names", ...kg.longList(named.map((entity) => () => el("li", {}, kg.nodeButton(entity))))) : "",
    ];
  }
  // The heading tells how many of how many where the filters hide some.
  const counted = (name, shown, all) => `${name} (${shown === all ? all : `${shown} of ${all}`})`;
  function results(id) {
    const all = kg.resultsOf[id];
    const shown = all.filter((result) => kg.passes(result.evidence));
    return all.length ? [section(counted("Results", shown.length, all.length), ...(shown.length ? kg.resultTable(shown, id) : []))] : [];
  }
  function relations(id) {
    const shown = kg.edgesOf[id].filter(kg.isShown).length;
    return kg.edgesOf[id].length ? [section(counted("Relations", shown, kg.edgesOf[id].length), ...relationBlocks(id))] : [];
  }

  function actions(id) {
    const quiet = (text, onclick, more = {}) => el("button.quiet", {type: "button", onclick, ...more}, text);
    const isAlone = kg.state.picture?.around === id;
    const near = quiet(isAlone ? "Back to the whole picture" : "Show only its neighbourhood",
      () => kg.set({picture: isAlone ? null : {around: id}, view: "graph"}));
    const picker = kg.picker("Path to which node?", {accept: (node) => node !== id, choose: (node) => kg.openPath(id, node)});
    picker.hidden = true;
    const toggle = quiet("Find a path to …", () => {
      picker.hidden = !picker.hidden;
      toggle.setAttribute("aria-expanded", String(!picker.hidden));
      if (!picker.hidden) picker.firstChild.focus();
    }, {"aria-expanded": "false"});
    const isMeasured = kg.results.some((result) => result.metric === id);
    const isAbout = kg.resultsOf[id].some((result) => result.about === id || result.baselines.includes(id));
    const compare = isMeasured ? quiet("Compare what it measures", () => kg.compareMetric(id))
      : isAbout ? quiet("Compare its results", () => kg.compareWith(id)) : "";
    return [el("p.actions", {}, near, toggle, compare), picker];
  }

  function showNode(id) {
    const node = nodeOf(id);
    const cls = kg.classOf.get(node.cls);
    kg.say(`${node.label}: ${cls.label}, ${kg.plural(kg.edgesOf[id].length, "relation")}, ${kg.plural(kg.resultsOf[id].length, "result")}`);
    return [head(el("span", {title: cls.definition}, kg.glyph(node.cls), kg.title(cls.label)), node.label), ...actions(id),
      ...(node.cls === "Paper" ? paperDetails(id) : entityDetails(id))];
  }

  // The relations between two nodes, read in the direction in which they are stated.
  const predicate = (edge) => el("span.predicate", {title: kg.relationOf.get(edge.predicate).definition}, kg.relationOf.get(edge.predicate).label);
  const triple = (edge) => [kg.nodeButton(edge.from), predicate(edge), kg.nodeButton(edge.to)];

  function showPath([a, b]) {
    const found = kg.path(a, b);
    const title = head("Shortest path", el("span", {}, kg.name(a), " to ", kg.name(b)));
    const swap = el("p.actions", {}, el("button.quiet", {type: "button", onclick: () => kg.select(a)}, "Back to ", kg.name(a)));
    if (found === null) {
      kg.say("No path");
      return [title, swap, el("p", {}, kg.isFiltered() ? "Nothing that the filters show leads from one to the other." : "Nothing leads from one to the other.")];
    }
    const count = found.nodes.length - 1;
    kg.say(`Path of ${kg.plural(count, "step")}`);
    const alike = found.count > 1 ? ` One of ${found.count.toLocaleString("en")} that are as short.` : "";
    return [title, swap, el("p.muted", {}, `${kg.plural(count, "step")}.${alike}`),
      el("ol.steps", {}, ...found.nodes.slice(1).map((node, i) => el("li", {}, ...kg.between(found.nodes[i], node).filter(kg.isShown)
        .map((edge) => el("p.triple", {}, ...triple(edge), why(edge))))))];
  }
  const why = (edge) => el("button.why", {type: "button", title: "Show the evidence", onclick: () => kg.openPair(edge.from, edge.to),
    "aria-label": `Evidence: ${nodeOf(edge.from).label}, ${kg.relationOf.get(edge.predicate).label}, ${nodeOf(edge.to).label}`}, "why?");

  function showGroup(number) {
    const {name, members} = kg.groups[number];
    const isOpen = kg.state.picture?.group === number;
    const open = el("button", {type: "button", onclick: () => (isOpen ? kg.set({picture: null}) : kg.openGroup(number))},
      isOpen ? "Back to the groups" : "Open this group");
    const ofClass = kg.classes.map((cls) => [cls, members.filter((node) => nodeOf(node).cls === cls.name)]).filter(([, own]) => own.length);
    kg.say(`Group ${name}, ${kg.plural(members.length, "node")}`);
    return [head("Group", name), el("p.actions", {}, open),
      el("p.muted", {}, `${kg.plural(members.length, "node")} that are tied to one another more than to others.`),
      ...ofClass.map(([cls, own]) => section(`${kg.title(cls.label)} (${own.length.toLocaleString("en")})`,
        ...kg.longList(own.slice(0, 60).map((node) => () => el("li", {}, kg.nodeButton(node))), "ul.rows", 5)))];
  }
  function groupList() {
    if (!kg.groups.length) return [];
    return [section(`Groups (${kg.groups.length})`, ...kg.longList(kg.groups.map((row, number) => () => el("li", {},
      el("button.quiet", {type: "button", onclick: () => kg.openGroup(number)}, el("bdi", {}, row.name)),
      el("span.count", {title: "Nodes"}, row.members.length.toLocaleString("en")))), "ul.rows", 12))];
  }

  function showPair([a, b]) {
    const stated = kg.between(a, b).map((edge) => el("section", {},
      el("h3.triple", {}, ...triple(edge)),
      ...(edge.evidence.length ? kg.longList(edge.evidence.map((number) => () => kg.proof(number)), "div", 5)
        : [el("p.muted", {}, nodeOf(edge.from).cls === "Paper" ? "The abstract gives this address." : "No paper states this; the vocabulary does.")])));
    kg.say(`Evidence for ${nodeOf(a).label} and ${nodeOf(b).label}`);
    const both = kg.resultsOf[a].filter((result) => kg.resultsOf[b].includes(result) && nodeOf(a).cls !== "Paper" && nodeOf(b).cls !== "Paper");
    return [head("Evidence", el("span", {}, kg.name(a), " and ", kg.name(b))), ...stated,
      both.length ? section("Results that name both", ...kg.resultTable(both, a)) : ""];
  }

  function showGraph() {
    const papers = kg.nodes.filter((node) => node.cls === "Paper").length;
    const entities = kg.nodes.filter((node) => kg.named[node.key].length).length;
    const top = kg.classes.filter((cls) => cls.name !== "Paper" && kg.nodes.some((node) => node.cls === cls.name && node.support)).map((cls) => {
      const best = kg.nodes.filter((node) => node.cls === cls.name && node.support)
        .sort((x, y) => y.support - x.support || kg.weight(y.key) - kg.weight(x.key) || x.key - y.key).slice(0, 4);
      return el("div.top", {}, el("h4", {}, kg.glyph(cls.name), kg.title(cls.label)), el("ul.rows", {}, ...best.map((node) =>
        el("li", {}, kg.nodeButton(node.key), el("span.count", {title: "Papers that name it"}, String(node.support))))));
    });
    return [
      el("div.head", {}, el("p.kind", {}, "Overview"), el("h2", {}, `${kg.plural(papers, "paper")}, ${kg.plural(entities, "entity", "entities")}`)),
      el("p.muted", {}, kg.edges.length + kg.results.length
        ? `${kg.plural(kg.edges.length, "relation")} and ${kg.plural(kg.results.length, "numeric result")}, each with the sentence it comes from.`
        : "Nothing is stated in it: no relation, no numeric result."),
      kg.whole ? el("p", {}, `The store has ${kg.whole.toLocaleString("en")} entities. This page holds the ${kg.part.toLocaleString("en")} that most papers name, the surest sentences about them and the papers of those; saved queries and exports give the rest.`) : "",
      kg.nodes.length ? el("p", {}, kg.groups.length
        ? "The picture shows groups of nodes that belong together. Double-click one, or choose it below, to open it."
        : "Click a node for its results and relations, a line for the sentences behind it. Double-click a node for its neighbourhood alone.") : "",
      ...groupList(),
      entities ? section("Most often named", el("div.tops", {}, ...top)) : "",
      kg.nodes.length ? el("details", {}, el("summary", {}, "Keyboard"), el("dl.facts", {}, ...KEYS.flatMap(([key, does]) => fact(key, does)))) : "",
      el("p.muted.small", {}, `Ontology ${kg.ontology.version}, ${kg.ontology.sha256.slice(0, 12)}. This page is one file and loads nothing.`)];
  }

  function shown({node, pair, path, group}) {
    if (pair) return showPair(pair);
    if (path) return showPath(path);
    return group !== undefined ? showGroup(group) : showNode(node);
  }
  kg.listen((state, change) => {
    if (!("selected" in change || "picture" in change || kg.isFilter(change))) return;
    const hadFocus = panel.contains(document.activeElement);
    panel.replaceChildren(...(state.selected === null ? showGraph() : shown(state.selected)).filter(Boolean));
    panel.scrollTop = 0;
    if (hadFocus) panel.focus(); // the button that was pressed is gone
    document.body.classList.toggle("has-selection", state.selected !== null);
  });
})();
