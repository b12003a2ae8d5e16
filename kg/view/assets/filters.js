"use strict";
// The legend, which filters by class, and the filter by relation.
(() => {
  const {el} = kg;
  const count = (values) => values.reduce((counts, value) => counts.set(value, (counts.get(value) || 0) + 1), new Map());
  const ofClass = count(kg.nodes.map((node) => node.cls));
  const ofRelation = count(kg.edges.map((edge) => edge.predicate));

  function row(item, key, number, ...label) {
    const box = el("input", {type: "checkbox", checked: true, name: item.name});
    box.onchange = () => {
      const off = new Set(kg.state[key]);
      if (box.checked) off.delete(item.name);
      else off.add(item.name);
      kg.set({[key]: off});
    };
    kg.listen((state) => { box.checked = !state[key].has(item.name); });
    return el("li", {}, el("label", {title: item.definition}, box, ...label, el("span.count", {}, (number || 0).toLocaleString("en"))));
  }

  kg.$("classes").append(...kg.classes.map((cls) => row(cls, "offClasses", ofClass.get(cls.name), kg.glyph(cls.name), el("span", {}, kg.title(cls.label)))));
  kg.$("relations").append(...kg.relations.map((relation) => row(relation, "offRelations", ofRelation.get(relation.name), el("span", {}, kg.title(relation.label)))));

  // Years of the papers, from and to.
  const years = (label, end) => {
    const choice = el("select", {ariaLabel: label}, ...kg.years.map((year) => el("option", {value: String(year)}, String(year))));
    choice.onchange = () => {
      const range = [...(kg.state.years || [kg.years[0], kg.years.at(-1)])];
      range[end] = Number(choice.value);
      if (range[0] > range[1]) range[1 - end] = range[end];
      const isAll = range[0] === kg.years[0] && range[1] === kg.years.at(-1) && !kg.withoutYear;
      kg.set({years: isAll ? null : range});
    };
    kg.listen((state) => { choice.value = String(state.years ? state.years[end] : end ? kg.years.at(-1) : kg.years[0]); });
    return choice;
  };
  if (kg.years.length) {
    const any = el("button.quiet", {type: "button", onclick: () => kg.set({years: null})}, "any year");
    kg.$("years").append(el("p.range", {}, years("From year", 0), " to ", years("To year", 1), any));
    if (kg.withoutYear) kg.$("years").append(el("p.muted.small", {}, `${kg.plural(kg.withoutYear, "paper")} without a year: only with “any year”.`));
    kg.listen((state) => { any.hidden = state.years === null; });
  } else kg.$("years").append(el("p.muted.small", {}, "No paper tells its year."));

  const sure = kg.$("sure");
  sure.oninput = () => kg.set({sure: Number(sure.value) / 100});
  kg.listen((state) => {
    const percent = Math.round(state.sure * 100);
    sure.value = String(percent);
    kg.$("sure-value").textContent = percent ? `${percent}% or more` : "any";
    sure.setAttribute("aria-valuetext", kg.$("sure-value").textContent);
  });

  // Only what chosen papers say: a list of papers, each with a button that takes it off.
  const chosen = el("ul.chosen", {});
  const only = (papers) => kg.set({papers: new Set(papers)});
  kg.$("papers").append(kg.picker("Only this paper …", {
    accept: (node) => kg.nodes[node].cls === "Paper" && !kg.state.papers.has(node), choose: (node) => only([...kg.state.papers, node]),
  }), chosen);
  kg.listen((state) => chosen.replaceChildren(...[...state.papers].map((paper) => kg.chip(paper, () => {
    only([...state.papers].filter((other) => other !== paper));
    kg.$("papers").querySelector("input").focus();
  }))));

  const reset = kg.$("reset");
  reset.onclick = () => kg.set(kg.everything());
  const remaining = kg.$("remaining");
  const of = (shown, all, name) => `${shown.toLocaleString("en")} of ${kg.plural(all, name)}`;
  kg.listen((state, change) => {
    if (!kg.isFilter(change)) return;
    reset.hidden = remaining.hidden = !kg.isFiltered();
    remaining.textContent = kg.isFiltered() ? `Shown: ${of(kg.visibleNodes().length, kg.nodes.length, "node")}, ${of(
      kg.edges.filter(kg.isShown).length, kg.edges.length, "relation")}, ${of(kg.results.filter(kg.isShownResult).length, kg.results.length, "result")}.` : "";
  });

  const toggle = kg.$("filter-toggle");
  toggle.onclick = () => {
    const on = document.body.classList.toggle("filters-open");
    toggle.setAttribute("aria-expanded", String(on));
  };
})();
