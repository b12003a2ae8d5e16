"use strict";
// What the picture holds where that is not all, and the way back; the canvas leaves room for it.
(() => {
  const {el} = kg;
  const notice = kg.$("notice");
  const number = (count) => count.toLocaleString("en");
  const back = (text, picture) => el("button.quiet", {type: "button", onclick: () => kg.set({picture})}, text);
  const overview = () => (kg.whole ? [el("span", {}, `An overview: of ${number(kg.whole)} entities, the ${number(kg.part)} that most papers name.`)] : []);
  const start = () => (kg.groups.length ? "Back to the groups" : "Back to the whole picture");
  function told({picture}) {
    if (kg.isFiltered() && !kg.visibleNodes().length) {
      return ["The filters leave nothing to show.", el("button.quiet", {type: "button", onclick: () => kg.set(kg.everything())}, "Show everything")];
    }
    if (picture === null) {
      if (!kg.groups.length) return overview();
      return [...overview(), el("span", {}, `${kg.plural(kg.nodes.length, "node")} in ${kg.plural(kg.groups.length, "group")}, named after their weightiest members.`),
        kg.canDrawAll ? back(`Draw all ${number(kg.nodes.length)} nodes`, {all: true}) : ""].filter(Boolean);
    }
    if (picture.around !== undefined) {
      const count = kg.neighbours(picture.around).length;
      const some = count > kg.opened ? ` (the ${number(kg.opened)} weightiest of ${number(count)})` : "";
      return [el("span", {}, "Neighbourhood of ", el("strong", {}, kg.name(picture.around)), some), back(start(), null)];
    }
    if (picture.path) return [el("span", {}, "Path from ", el("strong", {}, kg.name(picture.path[0])), " to ", el("strong", {}, kg.name(picture.path[1]))), back(start(), null)];
    if (picture.all) return [`All ${kg.plural(kg.nodes.length, "node")}, each group a patch. Drawing so many is slow.`, back(start(), null)];
    const {name, members} = kg.groups[picture.group];
    const some = members.length > kg.opened ? `the ${number(kg.opened)} weightiest of ${number(members.length)} nodes` : kg.plural(members.length, "node");
    return [el("span", {}, "Group ", el("strong", {}, el("bdi", {}, name)), `: ${some}`), back(start(), null)];
  }
  kg.listen((state) => {
    const parts = told(state);
    notice.replaceChildren(...parts);
    notice.hidden = !parts.length || state.view !== "graph";
  });
})();
