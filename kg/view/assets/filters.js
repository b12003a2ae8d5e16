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

  const reset = kg.$("reset");
  reset.onclick = () => kg.set({offClasses: new Set(), offRelations: new Set()});
  kg.listen((state) => { reset.hidden = !state.offClasses.size && !state.offRelations.size; });

  const toggle = kg.$("filter-toggle");
  toggle.onclick = () => {
    const on = document.body.classList.toggle("filters-open");
    toggle.setAttribute("aria-expanded", String(on));
  };
})();
