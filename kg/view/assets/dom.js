"use strict";
// Elements with text: nothing here or elsewhere on the page takes a string as HTML.
(() => {
  kg.$ = (id) => document.getElementById(id);

  // Make an element; children are elements or text. Keys of `set` are properties, or attributes where they hold a dash.
  kg.el = (tag, set = {}, ...children) => {
    const [name, ...classes] = tag.split(".");
    const element = document.createElement(name);
    if (classes.length) element.className = classes.join(" ");
    for (const [key, value] of Object.entries(set)) {
      if (key.includes("-") || ["role", "list"].includes(key)) element.setAttribute(key, value);
      else element[key] = value;
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };

  // A link to the web, or its text where the address is anything else.
  kg.link = (address, text) => {
    if (!/^https?:\/\//i.test(address)) return kg.el("span", {}, text);
    return kg.el("a", {href: address, target: "_blank", rel: "noopener noreferrer", dir: "auto"}, text);
  };

  kg.name = (node) => kg.el("bdi", {}, kg.nodes[node].label);

  // A button that opens a node: its shape, its name, what it is for those who do not see the shape.
  kg.nodeButton = (node, more = "") => kg.el("button.node", {
    type: "button", title: kg.classOf.get(kg.nodes[node].cls).label,
    onclick: () => kg.open(node),
  }, kg.glyph(kg.nodes[node].cls), kg.name(node), more);

  // A chosen node, with a button that takes it off again.
  kg.chip = (node, remove) => kg.el("li.chip", {}, kg.nodeButton(node),
    kg.el("button.off", {type: "button", ariaLabel: `Remove ${kg.nodes[node].label}`, title: "Remove", onclick: remove}, "×"));

  kg.title = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  kg.plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

  // Open a node wherever it is: filters that hide it go, and one that is not on the canvas comes with its neighbourhood.
  kg.open = (node) => {
    const change = kg.isHidden(node) ? kg.everything() : {};
    if (!kg.canvas.has(node)) change.picture = {around: node};
    kg.select(node, change);
    kg.canvas.reveal(node);
  };
  kg.openPair = (a, b) => kg.set({selected: {pair: [a, b]}});
  kg.openGroup = (number) => kg.set({selected: {group: number}, picture: {group: number}, view: "graph"});
  kg.openPath = (a, b) => {
    const along = kg.path(a, b)?.nodes || [];
    kg.set({selected: {path: [a, b]}, view: "graph", ...(along.every(kg.canvas.has) ? {} : {picture: {path: [a, b]}})});
  };

  // Tell those who do not see the page what has changed.
  kg.say = (text) => { kg.$("said").textContent = text; };
})();
