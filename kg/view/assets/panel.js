"use strict";
// Details beside the picture: of the whole graph, of a node, of what is stated between two nodes.
(() => {
  const {el} = kg;
  const panel = kg.$("panel");
  const FEW = 6;
  const nodeOf = (id) => kg.nodes[id];

  // A list that shows its first rows and the rest on demand.
  function longList(rows, tag = "ul.rows", few = FEW) {
    const list = el(tag, {}, rows.slice(0, few).map((row) => row()));
    if (rows.length <= few) return [list];
    const more = el("button.quiet", {type: "button"}, `Show all ${rows.length}`);
    more.onclick = () => { list.append(...rows.slice(few).map((row) => row())); more.remove(); };
    return [list, more];
  }
  const section = (title, ...content) => el("section", {}, el("h3", {}, title), ...content);
  const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];

  function head(kind, title, ...actions) {
    const close = el("button.icon.close", {type: "button", ariaLabel: "Close details", title: "Close", onclick: () => kg.select(null)}, "×");
    return el("div.head", {}, el("p.kind", {}, kind), close, el("h2", {dir: "auto"}, title),
      actions.length ? el("p.actions", {}, ...actions) : "");
  }

  // The sentence with its span marked, and where it stands.
  kg.proof = (number) => {
    const {paper, from, to, start, end, rule, confidence, manner} = kg.evidence(number);
    const text = nodeOf(paper).text || "";
    const certainty = `${Math.round(confidence * 100)}%`;
    return el("figure.proof", {},
      el("blockquote", {dir: "auto"}, text.slice(from, start), el("mark", {}, text.slice(start, end)), text.slice(end, to)),
      el("figcaption", {},
        kg.nodeButton(paper), " ", (nodeOf(paper).pages || []).slice(0, 1).map((page) => kg.link(page, "open paper")),
        el("span.how", {},
          el("span.meter", {title: `Confidence ${certainty}`}, el("span.level", {style: `inline-size: ${certainty}`})),
          `${certainty} sure`, el("span", {title: "Rule or model that found it"}, ` · ${rule}`),
          manner ? el("strong", {}, ` · ${manner}`) : "")));
  };
  kg.against = (result) => (result.baselines.length
    ? el("span.flow", {title: result.baselinePhrase || ""}, ...result.baselines.map((id) => kg.nodeButton(id)))
    : result.baselinePhrase || "");
  kg.measured = (result) => (result.metric !== undefined ? kg.nodeButton(result.metric) : result.metricPhrase || "");

  function resultRow(result, node) {
    const proof = el("tr.proof-row", {hidden: true}, el("td", {colSpan: 2}));
    const toggle = el("button.value", {type: "button", "aria-expanded": "false", title: "Show the sentence"}, result.value);
    toggle.onclick = () => {
      if (!proof.firstChild.hasChildNodes()) proof.firstChild.append(kg.proof(result.evidence));
      proof.hidden = !proof.hidden;
      toggle.setAttribute("aria-expanded", String(!proof.hidden));
    };
    const line = (word, ...parts) => el("div.line", {}, word ? el("span.muted", {}, word) : "", el("span.flow", {}, ...parts));
    const what = [result.metric === node ? "" : line("", kg.measured(result)),
      result.about === node ? "" : line("of", kg.nodeButton(result.about)),
      kg.against(result) ? line("against", kg.against(result)) : "",
      result.conditions.length ? line("with", ...result.conditions.map((id) => kg.nodeButton(id))) : ""];
    return [el("tr", {}, el("td", {}, toggle), el("td", {}, ...what)), proof];
  }
  function resultTable(results, node) {
    const table = el("table.results", {}, el("thead", {}, el("tr", {},
      ...["Value", "What was measured"].map((name) => el("th", {scope: "col"}, name)))));
    const body = el("tbody", {}, results.slice(0, FEW).map((result) => resultRow(result, node)).flat());
    table.append(body);
    if (results.length <= FEW) return [table];
    const more = el("button.quiet", {type: "button"}, `Show all ${results.length}`);
    more.onclick = () => { body.append(...results.slice(FEW).map((result) => resultRow(result, node)).flat()); more.remove(); };
    return [table, more];
  }

  // Relations of a node, one block for each predicate and direction.
  function relationBlocks(node) {
    const groups = new Map();
    for (const edge of kg.edgesOf[node]) {
      const out = edge.from === node;
      const label = kg.relationOf.get(edge.predicate).label;
      const key = out ? label : `${label} (of others)`;
      if (!groups.has(key)) groups.set(key, {label, out, others: []});
      groups.get(key).others.push(kg.other(edge, node));
    }
    return [...groups.values()].sort((a, b) => b.out - a.out || (a.label < b.label ? -1 : 1)).map(({label, out, others}) => {
      others.sort((a, b) => kg.weight(b) - kg.weight(a) || a - b);
      const title = out ? [el("span.muted", {}, "this "), label] : [label, el("span.muted", {}, " this")];
      return el("div.relation", {}, el("h4", {}, ...title), ...longList(others.map((other) => () => el("li", {},
        kg.nodeButton(other), el("button.why", {type: "button", title: "Show the evidence", onclick: () => kg.openPair(node, other),
          "aria-label": `Evidence: ${nodeOf(node).label}, ${label}, ${nodeOf(other).label}`}, "why?")))));
    });
  }

  function entityDetails(id) {
    const node = nodeOf(id);
    const papers = kg.named[id];
    const others = node.aliases.filter((alias) => kg.fold(alias) !== kg.fold(node.label));
    return [
      others.length ? section("Also written", el("p.aliases", {}, ...others.map((alias) => el("bdi.chip", {}, alias)))) : "",
      el("dl.facts", {}, ...fact("Named in", kg.plural(papers.length, "paper")), ...(node.year ? fact("First seen", String(node.year)) : [])),
      ...results(id), ...relations(id),
      papers.length ? section("Papers", ...longList(papers.map((paper) => () => el("li", {}, kg.nodeButton(paper))))) : "",
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
      named.length ? section("Names", ...longList(named.map((entity) => () => el("li", {}, kg.nodeButton(entity))))) : "",
    ];
  }
  const results = (id) => (kg.resultsOf[id].length ? [section(`Results (${kg.resultsOf[id].length})`, ...resultTable(kg.resultsOf[id], id))] : []);
  const relations = (id) => (kg.edgesOf[id].length ? [section(`Relations (${kg.edgesOf[id].length})`, ...relationBlocks(id))] : []);

  function showNode(id) {
    const node = nodeOf(id);
    const cls = kg.classOf.get(node.cls);
    const focus = el("button.quiet", {type: "button", onclick: () => kg.set({ego: kg.state.ego === id ? null : id, view: "graph"})},
      kg.state.ego === id ? "Back to the overview" : "Show only its neighbourhood");
    return [head(el("span", {title: cls.definition}, kg.glyph(node.cls), kg.title(cls.label)), node.label, focus),
      ...(node.cls === "Paper" ? paperDetails(id) : entityDetails(id))];
  }

  function showPair([a, b]) {
    const stated = kg.between(a, b).map((edge) => el("section", {},
      el("h3.triple", {}, kg.nodeButton(edge.from), el("span.predicate", {title: kg.relationOf.get(edge.predicate).definition},
        kg.relationOf.get(edge.predicate).label), kg.nodeButton(edge.to)),
      ...(edge.evidence.length ? longList(edge.evidence.map((number) => () => kg.proof(number)), "div", 5)
        : [el("p.muted", {}, "No paper states this; the vocabulary does.")])));
    const both = kg.resultsOf[a].filter((result) => kg.resultsOf[b].includes(result) && nodeOf(a).cls !== "Paper" && nodeOf(b).cls !== "Paper");
    return [head("Evidence", el("span", {}, kg.name(a), " and ", kg.name(b))), ...stated,
      both.length ? section("Results that name both", ...resultTable(both, a)) : ""];
  }

  function showGraph() {
    const papers = kg.nodes.filter((node) => node.cls === "Paper").length;
    const entities = kg.nodes.length - papers;
    const top = kg.classes.filter((cls) => cls.name !== "Paper").map((cls) => {
      const best = kg.nodes.filter((node) => node.cls === cls.name)
        .sort((x, y) => (y.support || 0) - (x.support || 0) || kg.weight(y.key) - kg.weight(x.key) || x.key - y.key).slice(0, 4);
      return el("div.top", {}, el("h4", {}, kg.glyph(cls.name), kg.title(cls.label)), el("ul.rows", {}, ...best.map((node) =>
        el("li", {}, kg.nodeButton(node.key), el("span.count", {title: "Papers that name it"}, String(node.support || ""))))));
    });
    return [
      el("div.head", {}, el("p.kind", {}, "Overview"), el("h2", {}, `${kg.plural(papers, "paper")}, ${kg.plural(entities, "entity", "entities")}`)),
      el("p.muted", {}, `${kg.plural(kg.edges.length, "relation")} and ${kg.plural(kg.results.length, "numeric result")}, each with the sentence it comes from.`),
      kg.nodes.length ? el("p", {}, "Click a node for its results and relations, a line for the sentences behind it. Double-click a node for its neighbourhood alone.") : "",
      entities ? section("Most often named", el("div.tops", {}, ...top)) : "",
      el("p.muted.small", {}, `Ontology ${kg.ontology.version}, ${kg.ontology.sha256.slice(0, 12)}. This page is one file and loads nothing.`)];
  }

  kg.listen((state, change) => {
    if (!("selected" in change || "ego" in change)) return;
    const {selected} = state;
    panel.replaceChildren(...(selected === null ? showGraph() : selected.pair ? showPair(selected.pair) : showNode(selected.node)).filter(Boolean));
    panel.scrollTop = 0;
    document.body.classList.toggle("has-selection", selected !== null);
  });
})();
