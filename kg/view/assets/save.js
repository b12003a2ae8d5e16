"use strict";
// The view as a file: what is shown as CSV, the picture or the plot as PNG. Nothing leaves the page but into a file.
(() => {
  const label = (node) => (node === undefined ? "" : kg.nodes[node].label);
  const labels = (nodes) => nodes.map(label).join("; ");
  const sentence = (number) => {
    const {paper, from, to} = kg.evidence(number);
    return (kg.nodes[paper].text || "").slice(from, to);
  };
  const surest = (edge) => edge.evidence.filter(kg.passes).sort((a, b) => kg.evidence(b).confidence - kg.evidence(a).confidence)[0];
  const of = (number, read) => (number === undefined ? "" : read(number));
  const source = [["confidence", (number) => kg.evidence(number).confidence], ["rule", (number) => kg.evidence(number).rule],
    ["paper", (number) => kg.nodes[kg.evidence(number).paper].id || label(kg.evidence(number).paper)],
    ["title", (number) => label(kg.evidence(number).paper)], ["sentence", sentence]];
  const sourced = (find) => source.map(([name, read]) => [name, (row) => of(find(row), read)]);

  // Columns of each kind of row: name and what stands in it.
  const NODES = [["name", (node) => node.label], ["class", (node) => node.cls], ["aliases", (node) => node.aliases.join("; ")], ["year", (node) => node.year ?? ""],
    ["papers", (node) => node.support || 0], ["relations", (node) => kg.edgesOf[node.key].length], ["results", (node) => kg.resultsOf[node.key].length], ["iri", (node) => node.iri]];
  const RELATIONS = [["from", (edge) => label(edge.from)], ["relation", (edge) => edge.predicate], ["to", (edge) => label(edge.to)],
    ["papers", (edge) => new Set(edge.evidence.filter(kg.passes).map((number) => kg.evidence(number).paper)).size], ...sourced(surest)];
  const RESULTS = [["about", (result) => label(result.about)], ["metric", (result) => label(result.metric) || result.metricPhrase || ""],
    ["low", (result) => result.low ?? ""], ["high", (result) => result.high ?? ""], ["unit", (result) => result.unit || ""], ["change", (result) => result.change],
    ["bound", (result) => result.bound], ["baseline", (result) => labels(result.baselines) || result.baselinePhrase || ""],
    ["conditions", (result) => labels(result.conditions)], ...sourced((result) => result.evidence)];
  const GROUPS = [["group", (group) => group.name], ["nodes", (group) => group.members.length], ["members", (group) => labels(group.members.slice(0, 20))]];

  // A spreadsheet takes text that begins like this for a formula; an apostrophe in front keeps it text.
  const quoted = (value) => {
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = (columns, rows) => [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, read]) => read(row)))]
    .map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";

  function picture() {
    const within = new Set(kg.canvas.shown());
    if ([...within].some(kg.isGroup)) return ["groups", csv(GROUPS, kg.groups.filter((group) => within.has(group.key)))];
    return ["graph", csv(RELATIONS, kg.edges.filter((edge) => kg.isShown(edge) && within.has(edge.from) && within.has(edge.to)))];
  }
  const VIEWS = {
    graph: picture,
    nodes: () => ["nodes", csv(NODES, kg.visibleNodes())],
    relations: () => ["relations", csv(RELATIONS, kg.edges.filter(kg.isShown))],
    results: () => ["results", csv(RESULTS, kg.results.filter(kg.isShownResult))],
    compare: () => ["comparison", csv(RESULTS, kg.comparison().own)],
  };

  function save(blob, name) {
    const link = kg.el("a", {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    kg.say(`Saved as ${name}`);
  }

  const RATIO = 2; // pixels of the file for each of the screen
  const STRIP = 34; // height of the line that tells the title and the classes
  function sheet(width, height) {
    const canvas = kg.el("canvas", {width: width * RATIO, height: height * RATIO});
    const ctx = canvas.getContext("2d");
    ctx.scale(RATIO, RATIO);
    ctx.fillStyle = kg.canvas.colours.page;
    ctx.fillRect(0, 0, width, height);
    ctx.fillStyle = kg.canvas.colours.text;
    return {canvas, ctx};
  }
  function write(ctx, text, x, y, bold) {
    ctx.font = `${bold ? "600 " : ""}13px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillStyle = kg.canvas.colours.text;
    ctx.fillText(text, x, y);
    return x + ctx.measureText(text).width;
  }
  // The canvas as it is, and below it what its shapes mean.
  function graphSheet() {
    const drawn = kg.canvas.snapshot(RATIO);
    const {canvas, ctx} = sheet(drawn.width / RATIO, drawn.height / RATIO + STRIP);
    const y = drawn.height / RATIO + STRIP / 2;
    ctx.drawImage(drawn, 0, 0, drawn.width / RATIO, drawn.height / RATIO);
    const used = new Set(kg.canvas.shown().filter((id) => !kg.isGroup(id)).map((id) => kg.nodes[id].cls));
    let x = write(ctx, document.title, 12, y, true) + 20;
    for (const cls of kg.classes.filter(({name}) => used.has(name))) {
      kg.trace(ctx, cls.shape, x, y, 6);
      ctx.fillStyle = kg.canvas.colours[cls.name];
      ctx.fill();
      x = write(ctx, kg.title(cls.label), x + 12, y, false) + 22;
    }
    return canvas;
  }
  function plotSheet({drawing, title}) {
    const {canvas, ctx} = sheet(drawing.width, drawing.height + STRIP);
    write(ctx, title, 12, STRIP / 2, true);
    ctx.textBaseline = "alphabetic";
    ctx.translate(0, STRIP);
    const {page, text, muted, grid, accent} = kg.canvas.colours;
    kg.plotPaint(ctx, drawing, {page, text, muted, grid, accent});
    return canvas;
  }

  const png = kg.$("save-png");
  kg.$("save-csv").onclick = () => {
    const [name, text] = VIEWS[kg.state.view]();
    save(new Blob([text], {type: "text/csv;charset=utf-8"}), `${name}.csv`);
  };
  png.onclick = () => {
    const made = kg.state.view === "graph" ? graphSheet() : plotSheet(kg.plotted);
    made.toBlob((blob) => save(blob, `${kg.state.view === "graph" ? "graph" : "comparison"}.png`));
  };
  kg.listen((state) => { png.disabled = !(state.view === "graph" ? kg.nodes.length : state.view === "compare" && kg.plotted); });
})();
