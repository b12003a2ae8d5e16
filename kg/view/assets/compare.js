"use strict";
// Results of chosen things side by side: a table by metric, and a plot of one measure.
(() => {
  const {el} = kg;
  const place = kg.$("compare");
  const MOST = 40; // results in one plot
  const metricName = (result) => kg.nodes[result.metric]?.label || result.metricPhrase || "not named";
  // What can stand on one axis: the same metric, unit and kind of change.
  const measureOf = (result) => [metricName(result), result.unit || "", result.change].join("|");
  const measureName = (measure) => {
    const [unit, change] = measure.split("|").slice(-2);
    const name = measure.split("|").slice(0, -2).join("|");
    return `${name}${change === "value" ? "" : ` ${change}`}${unit ? ` (${unit})` : ""}`;
  };
  const isAbout = (result, node) => result.about === node || result.baselines.includes(node);
  const results = () => kg.results.filter((result) => kg.passes(result.evidence));
  const chosenResults = () => results().filter((result) => kg.state.compared.some((node) => isAbout(result, node)));
  const canCompare = (node) => kg.resultsOf[node].some((result) => isAbout(result, node));
  const by = (count) => (a, b) => count(b) - count(a) || (a < b ? -1 : 1);

  kg.compareWith = (node) => kg.set({view: "compare", compared: [...new Set([...kg.state.compared, node])], selected: null});
  kg.compareMetric = (metric) => {
    const own = results().filter((result) => result.metric === metric);
    const [measure] = measures(own);
    const abouts = [...new Set(own.filter((result) => measureOf(result) === measure).map((result) => result.about))];
    kg.set({view: "compare", compared: abouts.slice(0, 8), measure: measure || null, selected: null});
  };

  // The measures of some results, those of most things first.
  function measures(some) {
    const abouts = new Map();
    for (const result of some.filter((result) => result.high !== undefined)) {
      const measure = measureOf(result);
      if (!abouts.has(measure)) abouts.set(measure, new Set());
      abouts.get(measure).add(result.about);
    }
    return [...abouts.keys()].sort(by((measure) => abouts.get(measure).size));
  }

  // What the view shows, for the table, the plot and the CSV.
  kg.comparison = () => {
    const own = chosenResults();
    const all = measures(own);
    const measure = all.includes(kg.state.measure) ? kg.state.measure : all[0] ?? null;
    const plotted = own.filter((result) => result.high !== undefined && measureOf(result) === measure)
      .sort((a, b) => b.high - a.high || b.low - a.low || a.key - b.key);
    return {own, all, measure, plotted: plotted.slice(0, MOST), left: Math.max(0, plotted.length - MOST)};
  };

  function chooser() {
    const {compared} = kg.state;
    const only = (nodes) => kg.set({compared: nodes});
    const best = kg.nodes.filter((node) => node.cls !== "Paper" && canCompare(node.key) && !compared.includes(node.key))
      .map((node) => node.key).sort(by((node) => kg.resultsOf[node].filter((result) => isAbout(result, node)).length)).slice(0, 6);
    return el("div.chooser", {}, el("ul.chosen", {ariaLabel: "Compared"}, ...compared.map((node) => kg.chip(node, () => only(compared.filter((other) => other !== node))))),
      kg.picker("Add something with results …", {accept: (node) => canCompare(node) && !kg.state.compared.includes(node), choose: (node) => only([...kg.state.compared, node])}),
      best.length ? el("p.suggested", {}, el("span.muted", {}, compared.length ? "Or add: " : "With most results: "), ...best.map((node) => el("button", {type: "button", onclick: () => only([...compared, node])}, kg.name(node)))) : "");
  }

  // One result in a cell: the value, which opens the sentence, and what it holds against and for.
  function entry(result, node, openProof) {
    const value = el("button.value", {type: "button", "aria-expanded": "false", title: "Show the sentence"}, result.value);
    value.onclick = () => openProof(result, value);
    const against = result.about === node ? kg.against(result) : "";
    const small = (word, ...parts) => el("span.line.small", {}, el("span.muted", {}, word), el("span.flow", {}, ...parts));
    return el("div.entry", {}, value, result.about === node ? "" : small("against this, of", kg.nodeButton(result.about)),
      against ? small("against", against) : "", result.conditions.length ? small("with", ...result.conditions.map((id) => kg.nodeButton(id))) : "");
  }

  function table(own) {
    const {compared} = kg.state;
    const metrics = new Map();
    for (const result of own) {
      const name = metricName(result);
      if (!metrics.has(name)) metrics.set(name, []);
      metrics.get(name).push(result);
    }
    const shared = (name) => compared.filter((node) => metrics.get(name).some((result) => isAbout(result, node))).length;
    const rows = [...metrics.keys()].sort(by(shared)).map((name) => {
      const row = el("tr", {role: "row"});
      let opened = null;
      const openProof = (result, button) => {
        const again = opened?.result === result;
        if (opened) { opened.row.remove(); opened.button.setAttribute("aria-expanded", "false"); }
        opened = again ? null : {result, button, row: el("tr.proof-row", {}, el("td", {colSpan: compared.length + 1}, kg.proof(result.evidence)))};
        if (opened) { row.after(opened.row); button.setAttribute("aria-expanded", "true"); }
      };
      const metric = metrics.get(name).find((result) => result.metric !== undefined)?.metric;
      row.append(el("th", {scope: "row", role: "rowheader"}, metric === undefined ? name : kg.nodeButton(metric)), ...compared.map((node) => {
        const cell = el("td", {role: "cell"}, metrics.get(name).filter((result) => isAbout(result, node)).map((result) => entry(result, node, openProof)));
        if (cell.hasChildNodes()) cell.dataset.name = kg.nodes[node].label;
        return cell;
      }));
      return row;
    });
    return el("div.scroll", {role: "region", ariaLabel: "Results by metric", tabIndex: 0}, el("table.wide.pivot", {role: "table"}, el("caption", {}, `Results by metric (${kg.plural(own.length, "result")})`),
      el("thead", {role: "rowgroup"}, el("tr", {role: "row"}, el("th", {scope: "col", role: "columnheader"}, "Metric"), ...compared.map((node) => el("th", {scope: "col", role: "columnheader"}, kg.nodeButton(node))))),
      el("tbody", {role: "rowgroup"}, ...rows)));
  }

  const names = (ids) => ids.map((id) => kg.nodes[id].label).join(", ");
  kg.plotRows = (plotted) => plotted.map((result) => ({
    name: kg.nodes[result.about].label, value: result.value.replace(/ (increase|decrease)$/, ""), low: result.low, high: result.high, bound: result.bound,
    detail: [result.baselines.length || result.baselinePhrase ? `against ${names(result.baselines) || result.baselinePhrase}` : "",
      result.conditions.length ? `with ${names(result.conditions)}` : ""].filter(Boolean).join(", "),
  }));
  const BOUNDS = "A filled dot is a value as stated, a line joins the ends of a range; a hollow dot is a bound or roughly so, dashed towards where it is open.";

  function plot({all, measure, plotted, left}) {
    const choice = el("select", {id: "measure"}, ...all.map((one) => el("option", {value: one, selected: one === measure}, measureName(one))));
    choice.onchange = () => { kg.set({measure: choice.value}); kg.$("measure").focus(); };
    const rows = kg.plotRows(plotted);
    const unit = plotted[0].unit || "";
    const drawing = kg.plotMarks(rows, Math.max(300, place.clientWidth - 34), unit);
    const {better} = kg.nodes[plotted[0].metric] || {};
    const description = rows.map((row) => [row.name, row.value, row.detail].filter(Boolean).join(", ")).join("; ");
    const notes = [better ? `For ${metricName(plotted[0])}, ${better} is better.` : "", drawing.isLog ? "The scale is logarithmic." : "", BOUNDS,
      left ? `The ${MOST} highest; ${left} more are in the table.` : "", "Papers measure under different conditions: read the sentences before you rank."];
    kg.plotted = {drawing, title: measureName(measure)};
    return el("figure.measure", {}, el("h2", {}, el("label", {htmlFor: "measure"}, "One measure: "), choice),
      kg.plotSvg(drawing, `Dot plot of ${measureName(measure)}`, description), el("figcaption", {}, notes.filter(Boolean).join(" ")),
      el("details", {}, el("summary", {}, "The same in words"), el("ul.words", {}, ...rows.map((row) => el("li", {}, el("bdi", {}, row.name), `: ${row.value}`, row.detail ? el("bdi.muted", {}, ` ${row.detail}`) : "")))));
  }

  function show() {
    const shown = kg.comparison();
    kg.plotted = null;
    const empty = kg.results.length ? "Choose what to compare: a system, a model, a method, a piece of hardware." : "No paper here reports a numeric result.";
    const body = kg.state.compared.length === 0 ? [el("p.muted", {}, empty)]
      : shown.own.length ? [table(shown.own), shown.plotted.length ? plot(shown) : ""] : [el("p.muted", {}, "The filters leave no result of these.")];
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(el("h2", {}, "Compare results"), chooser(), ...body.filter(Boolean));
    if (hadFocus) place.querySelector("input").focus(); // what was pressed is gone
  }
  kg.listen((state, change) => {
    place.hidden = state.view !== "compare";
    if (!place.hidden && (change.view || change.compared || "measure" in change || kg.isFilter(change))) show();
  });
  let width = 0;
  new ResizeObserver(() => {
    if (place.hidden || place.clientWidth === width || !kg.plotted) return;
    width = place.clientWidth;
    show();
  }).observe(place);
})();
