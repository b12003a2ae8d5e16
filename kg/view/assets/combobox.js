"use strict";
// Choose a node by any of its names: a combobox, see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
(() => {
  const MOST = 12;
  let made = 0;
  let names = null; // folded once, at the first search
  const forms = () => names ??= kg.nodes.map((node) => [node.label, ...node.aliases, ...(node.id ? [node.id] : [])]
    .map((text) => ({text, folded: kg.fold(text)})));

  function grade(folded, wanted) {
    if (folded === wanted) return 0;
    if (folded.startsWith(wanted)) return 1;
    const at = folded.indexOf(wanted);
    if (at < 0) return Infinity;
    return /[\p{L}\p{N}]/u.test(folded[at - 1]) ? 3 : 2;
  }
  function matches(query, accept) {
    const wanted = kg.fold(query);
    if (!wanted) return [];
    const found = [];
    forms().forEach((own, node) => {
      if (!accept(node)) return;
      let best = {grade: Infinity};
      for (const form of own) {
        const value = grade(form.folded, wanted);
        if (value < best.grade) best = {grade: value, text: form.text};
      }
      if (best.grade < Infinity) found.push({node, ...best});
    });
    return found.sort((a, b) => a.grade - b.grade || kg.weight(b.node) - kg.weight(a.node) || a.node - b.node);
  }

  // Make a search field of an input and a list; `choose` gets the node that was chosen.
  kg.combobox = (input, list, {accept = () => true, choose}) => {
    let active = -1;
    let found = [];
    const option = (i) => list.children[i];

    function show() {
      found = matches(input.value, accept);
      list.replaceChildren(...found.slice(0, MOST).map(({node, text}, i) => {
        const {label, cls} = kg.nodes[node];
        const row = kg.el("li", {id: `${list.id}-${i}`, role: "option", "aria-selected": "false"}, kg.glyph(cls), kg.name(node),
          text === label ? "" : kg.el("bdi.muted", {}, text), kg.el("span.muted.end", {}, kg.title(kg.classOf.get(cls).label)));
        row.onpointerdown = (event) => { event.preventDefault(); take(node); };
        return row;
      }));
      const note = (text) => list.append(kg.el("li.none", {role: "option", "aria-disabled": "true"}, text));
      if (input.value.trim() && !found.length) note("Nothing has that name");
      if (found.length > MOST) note(`and ${(found.length - MOST).toLocaleString("en")} more: type on`);
      open(Boolean(input.value.trim()));
      mark(found.length ? 0 : -1);
    }
    function open(on) {
      list.hidden = !on;
      input.setAttribute("aria-expanded", String(on));
      if (!on) input.removeAttribute("aria-activedescendant");
    }
    function mark(place) {
      active = place;
      [...list.children].forEach((row, i) => { if (row.id) row.setAttribute("aria-selected", String(i === place)); });
      if (place < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", option(place).id);
      option(place).scrollIntoView({block: "nearest"});
    }
    function take(node) {
      input.value = "";
      open(false);
      choose(node);
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", () => { if (input.value) show(); });
    input.addEventListener("blur", () => open(false));
    input.addEventListener("keydown", (event) => {
      const count = Math.min(found.length, MOST);
      if (event.key === "ArrowDown" && count) mark((active + 1) % count);
      else if (event.key === "ArrowUp" && count) mark((active + count - 1) % count);
      else if (event.key === "Enter" && !list.hidden && active >= 0) take(found[active].node);
      else if (event.key === "Escape" && !list.hidden) { input.value = ""; open(false); }
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  };

  // A search field of its own, with its list.
  kg.picker = (label, options) => {
    const id = `picker-${++made}`;
    const list = kg.el("ul.hits", {id, role: "listbox", ariaLabel: "Matches", hidden: true});
    const input = kg.el("input", {type: "search", placeholder: label, ariaLabel: label, autocomplete: "off", spellcheck: false,
      role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list"});
    kg.combobox(input, list, options);
    return kg.el("div.search.picker", {}, input, list);
  };
})();
