"use strict";
// Search by any alias: a combobox, see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
(() => {
  const input = kg.$("search");
  const list = kg.$("hits");
  const MOST = 12;
  const names = kg.nodes.map((node) => [node.label, ...node.aliases, ...(node.id ? [node.id] : [])].map((text) => ({text, folded: kg.fold(text)})));
  let active = -1;

  function grade(folded, wanted) {
    if (folded === wanted) return 0;
    if (folded.startsWith(wanted)) return 1;
    const at = folded.indexOf(wanted);
    if (at < 0) return Infinity;
    return /[\p{L}\p{N}]/u.test(folded[at - 1]) ? 3 : 2;
  }
  function matches(query) {
    const wanted = kg.fold(query);
    if (!wanted) return [];
    const found = [];
    names.forEach((forms, node) => {
      let best = {grade: Infinity};
      for (const form of forms) {
        const value = grade(form.folded, wanted);
        if (value < best.grade) best = {grade: value, text: form.text};
      }
      if (best.grade < Infinity) found.push({node, ...best});
    });
    return found.sort((a, b) => a.grade - b.grade || kg.weight(b.node) - kg.weight(a.node) || a.node - b.node);
  }

  function show() {
    const found = matches(input.value);
    list.replaceChildren(...found.slice(0, MOST).map(({node, text}, i) => {
      const {label, cls} = kg.nodes[node];
      const row = kg.el("li", {id: `hit-${i}`, role: "option", "aria-selected": "false"}, kg.glyph(cls), kg.name(node),
        text === label ? "" : kg.el("bdi.muted", {}, text), kg.el("span.muted.end", {}, kg.title(kg.classOf.get(cls).label)));
      row.onpointerdown = (event) => { event.preventDefault(); choose(node); };
      row.dataset.node = node;
      return row;
    }));
    if (input.value.trim() && !found.length) list.append(kg.el("li.none", {role: "option", "aria-disabled": "true"}, "Nothing has that name"));
    if (found.length > MOST) list.append(kg.el("li.none", {role: "option", "aria-disabled": "true"}, `and ${found.length - MOST} more: type on`));
    mark(found.length ? 0 : -1);
    open(Boolean(input.value.trim()));
  }
  function open(on) {
    list.hidden = !on;
    input.setAttribute("aria-expanded", String(on));
    if (!on) input.removeAttribute("aria-activedescendant");
  }
  function mark(place) {
    active = place;
    [...list.children].forEach((row, i) => { if (row.id) row.setAttribute("aria-selected", String(i === place)); });
    if (place >= 0) {
      input.setAttribute("aria-activedescendant", `hit-${place}`);
      list.children[place].scrollIntoView({block: "nearest"});
    } else input.removeAttribute("aria-activedescendant");
  }
  function choose(node) {
    input.value = "";
    open(false);
    kg.open(node);
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value) show(); });
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    const count = list.querySelectorAll("li[id]").length;
    if (event.key === "ArrowDown" && count) mark((active + 1) % count);
    else if (event.key === "ArrowUp" && count) mark((active + count - 1) % count);
    else if (event.key === "Enter" && !list.hidden && active >= 0) choose(Number(list.children[active].dataset.node));
    else if (event.key === "Escape" && !list.hidden) { input.value = ""; open(false); }
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    input.focus();
  });
})();
