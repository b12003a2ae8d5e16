"use strict";
// What holds the page together: views, theme, notice, and the state in the address bar.
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

  const notice = kg.$("notice");
  kg.listen((state) => {
    const hidden = kg.nodes.length - kg.drawnIds.size;
    const parts = [];
    if (state.ego !== null) {
      const back = el("button.quiet", {type: "button", onclick: () => kg.set({ego: null})}, "Back to the overview");
      parts.push(el("span", {}, "Neighbourhood of ", el("strong", {}, kg.name(state.ego))), back);
    } else if (hidden > 0) {
      parts.push(`Drawn: the ${kg.drawnIds.size.toLocaleString("en")} of ${kg.nodes.length.toLocaleString("en")} nodes that most papers name. ` +
        "Search and the tables hold them all.");
    }
    notice.replaceChildren(...parts);
    notice.hidden = !parts.length || state.view !== "graph";
  });

  if (!kg.nodes.length) {
    kg.$("nothing").append(el("h2", {}, "This graph is empty"),
      el("p", {}, "No paper has been read into it yet. Build it from files with abstracts:"), el("pre", {}, "kg build abstracts.jsonl"));
    kg.$("nothing").hidden = false;
  }
  document.body.classList.toggle("is-empty", !kg.nodes.length);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && kg.state.selected !== null && document.activeElement.id !== "search") kg.select(null);
  });
  addEventListener("hashchange", kg.restore);
  kg.restore();
  root.dataset.ready = "true";
})();
