"use strict";
// The sentence behind a statement, and small tables of results.
(() => {
  const {el} = kg;
  const FEW = 6;

  // A list that shows its first rows and the rest on demand.
  kg.longList = (rows, tag = "ul.rows", few = FEW) => {
    const list = el(tag, {}, rows.slice(0, few).map((row) => row()));
    if (rows.length <= few) return [list];
    const more = el("button.quiet", {type: "button"}, `Show all ${rows.length}`);
    more.onclick = () => { list.append(...rows.slice(few).map((row) => row())); more.remove(); };
    return [list, more];
  };

  // The sentence with its span marked, and where it stands.
  kg.proof = (number) => {
    const {paper, from, to, start, end, rule, confidence, manner} = kg.evidence(number);
    const text = kg.nodes[paper].text || "";
    const certainty = `${Math.round(confidence * 100)}%`;
    return el("figure.proof", {},
      el("blockquote", {dir: "auto"}, text.slice(from, start), el("mark", {}, text.slice(start, end)), text.slice(end, to)),
      el("figcaption", {},
        kg.nodeButton(paper), " ", (kg.nodes[paper].pages || []).slice(0, 1).map((page) => kg.link(page, "open paper")),
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
  kg.resultTable = (results, node) => {
    const table = el("table.results", {}, el("thead", {}, el("tr", {},
      ...["Value", "What was measured"].map((name) => el("th", {scope: "col"}, name)))));
    const body = el("tbody", {}, results.slice(0, FEW).map((result) => resultRow(result, node)).flat());
    table.append(body);
    if (results.length <= FEW) return [table];
    const more = el("button.quiet", {type: "button"}, `Show all ${results.length}`);
    more.onclick = () => { body.append(...results.slice(FEW).map((result) => resultRow(result, node)).flat()); more.remove(); };
    return [table, more];
  };
})();
