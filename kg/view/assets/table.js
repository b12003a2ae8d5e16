"use strict";
// The same content as tables: for screen readers, which cannot read a canvas, and for everyone who wants a list.
(() => {
  const {el} = kg;
  const place = kg.$("tables");
  const STEP = 100;
  const papersOf = (edge) => new Set(edge.evidence.filter(kg.passes).map((number) => kg.evidence(number).paper)).size;
  const surest = (edge) => Math.max(0, ...edge.evidence.filter(kg.passes).map((number) => kg.evidence(number).confidence));
  const why = (a, b) => el("button.why", {type: "button", onclick: () => kg.openPair(a, b)}, "evidence");
  const percent = (value) => (value ? `${Math.round(value * 100)}%` : "");
  // A button that opens a row with the sentence below its own.
  function sentenceToggle(result) {
    const button = el("button.why", {type: "button", "aria-expanded": "false"}, "sentence");
    let opened = null;
    button.onclick = () => {
      if (opened) opened.remove();
      opened = opened ? null : el("tr.proof-row", {}, el("td", {colSpan: TABLES.results.columns.length}, kg.proof(result.evidence)));
      if (opened) button.closest("tr").after(opened);
      button.setAttribute("aria-expanded", String(opened !== null));
    };
    return button;
  }

  // Columns: name, what to sort by, what to show (the same where left out), whether it is a number.
  const TABLES = {
    nodes: {
      caption: "Nodes",
      rows: () => kg.visibleNodes(),
      columns: [
        {name: "Name", sort: (node) => node.label, show: (node) => kg.nodeButton(node.key)},
        {name: "Class", sort: (node) => kg.title(kg.classOf.get(node.cls).label)},
        {name: "Papers", sort: (node) => node.support || 0, number: true},
        {name: "Relations", sort: (node) => kg.edgesOf[node.key].length, number: true},
        {name: "Results", sort: (node) => kg.resultsOf[node.key].length, number: true},
        {name: "Since", sort: (node) => node.year || "", number: true},
      ], first: [2, -1],
    },
    relations: {
      caption: "Relations",
      rows: () => kg.edges.filter(kg.isShown),
      columns: [
        {name: "From", sort: (edge) => kg.nodes[edge.from].label, show: (edge) => kg.nodeButton(edge.from)},
        {name: "Relation", sort: (edge) => kg.relationOf.get(edge.predicate).label},
        {name: "To", sort: (edge) => kg.nodes[edge.to].label, show: (edge) => kg.nodeButton(edge.to)},
        {name: "Papers", sort: papersOf, number: true},
        {name: "Confidence", sort: surest, show: (edge) => percent(surest(edge)), number: true},
        {name: "Sentence", sort: () => 0, show: (edge) => why(edge.from, edge.to), fixed: true},
      ], first: [3, -1],
    },
    results: {
      caption: "Results",
      rows: () => kg.results.filter(kg.isShownResult),
      columns: [
        {name: "About", sort: (result) => kg.nodes[result.about].label, show: (result) => kg.nodeButton(result.about)},
        {name: "Metric", sort: (result) => kg.nodes[result.metric]?.label || result.metricPhrase || "", show: kg.measured},
        {name: "Value", sort: (result) => result.high ?? 0, show: (result) => result.value, number: true},
        {name: "Compared with", sort: (result) => kg.nodes[result.baselines[0]]?.label || result.baselinePhrase || "", show: kg.against},
        {name: "Conditions", sort: (result) => result.conditions.length, show: (result) => (result.conditions.length ? el("span", {}, ...result.conditions.map((id) => kg.nodeButton(id))) : "")},
        {name: "Paper", sort: (result) => kg.nodes[kg.paperOf(result)].label, show: sentenceToggle},
      ], first: [1, 1],
    },
  };

  function compare(column, direction) {
    return (a, b) => {
      const [x, y] = [column.sort(a), column.sort(b)];
      const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", {numeric: true});
      return direction * order || a.key - b.key;
    };
  }

  // Roles are spelt out because narrow screens show rows as cards, which takes the table's own ones away.
  function cell(column, row, isHead) {
    const content = column.show ? column.show(row) : String(column.sort(row));
    const made = el(isHead ? "th" : column.number ? "td.number" : "td", {role: isHead ? "rowheader" : "cell"}, content);
    if (content !== "") made.dataset.name = column.name;
    return made;
  }

  function build(view, by, direction) {
    const {caption, rows, columns} = TABLES[view];
    const all = rows().slice().sort(compare(columns[by], direction));
    const body = el("tbody", {role: "rowgroup"});
    const more = el("button.more", {type: "button"});
    let shown = 0;
    const add = () => {
      const next = all.slice(shown, shown + STEP);
      body.append(...next.map((row) => el("tr", {role: "row"}, ...columns.map((column, i) => cell(column, row, i === 0)))));
      shown += next.length;
      more.hidden = shown >= all.length;
      more.textContent = `Show ${Math.min(STEP, all.length - shown)} more of ${all.length.toLocaleString("en")}`;
    };
    more.onclick = add;
    add();
    const heads = columns.map((column, i) => el(column.number ? "th.number" : "th", {
      scope: "col", role: "columnheader", "aria-sort": i === by ? (direction > 0 ? "ascending" : "descending") : "none",
    }, column.fixed ? column.name : el("button.sort", {
      type: "button", onclick: () => show(view, i, i === by ? -direction : column.number ? -1 : 1),
    }, column.name, el("span", {"aria-hidden": "true"}, i === by ? (direction > 0 ? " ↑" : " ↓") : ""))));
    return [el("table.wide", {role: "table"}, el("caption", {}, `${caption} (${all.length.toLocaleString("en")})`),
      el("thead", {role: "rowgroup"}, el("tr", {role: "row"}, ...heads)), body), all.length ? more : el("p.muted", {}, "Nothing to list here.")];
  }
  function show(view, by, direction) {
    place.replaceChildren(...build(view, by, direction));
    place.scrollTop = 0;
  }

  kg.listen((state, change) => {
    const table = TABLES[state.view];
    place.hidden = !table;
    if (table && (change.view || kg.isFilter(change))) show(state.view, ...table.first);
  });
})();
