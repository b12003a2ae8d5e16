"use strict";
// What holds the page together: views, theme, and the state in the address bar.
(() => {
  const {el} = kg;
  const root = document.documentElement;
  const stage = kg.$("stage");

  const buttons = [...document.querySelectorAll(".views button")];
  for (const button of buttons) button.onclick = () => kg.set({view: button.dataset.view});
  kg.listen((state) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
    stage.dataset.view = state.view;
    document.body.classList.toggle("shows-table", state.view !== "graph");
  });

  kg.$("theme").onclick = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    kg.themeChanged();
  };

  if (!kg.nodes.length) {
    kg.$("nothing").append(el("h2", {}, "This graph is empty"),
      el("p", {}, "No paper has been read into it yet. Build it from files with abstracts:"), el("pre", {}, "kg build abstracts.jsonl"));
    kg.$("nothing").hidden = false;
  }
  kg.$("search").disabled = !kg.nodes.length;
  document.body.classList.toggle("is-empty", !kg.nodes.length);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && kg.state.selected !== null && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) kg.select(null);
  });
  addEventListener("hashchange", kg.restore);
  kg.restore();
  root.dataset.ready = "true";
})();
