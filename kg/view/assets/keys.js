"use strict";
// The canvas by keyboard: move, zoom, step from node to node, open what is chosen.
(() => {
  const box = kg.$("canvas");
  const {network, zoom, pan, fit} = kg.canvas;
  const chosen = () => (kg.state.selected?.node ?? (kg.state.selected?.group !== undefined ? kg.groups[kg.state.selected.group].key : null));
  const choose = (id) => {
    if (kg.isGroup(id)) kg.set({selected: {group: id - kg.nodes.length}});
    else kg.select(id);
    kg.canvas.reveal(id);
  };
  const ids = () => kg.canvas.shown();
  const weightiest = () => ids().sort((a, b) => kg.weightOf(b) - kg.weightOf(a) || a - b)[0];

  // The nearest node in a direction: distance counts, and straying from the direction counts double.
  function step(dx, dy) {
    const from = chosen();
    const start = from !== null && kg.canvas.has(from) ? network.getPosition(from) : null;
    if (start === null) return ids().length && choose(weightiest());
    const places = network.getPositions(ids());
    let best = null;
    for (const id of ids()) {
      const [x, y] = [places[id].x - start.x, places[id].y - start.y];
      const [ahead, aside] = [x * dx + y * dy, Math.abs(x * dy) + Math.abs(y * dx)];
      if (id === from || ahead <= 0 || aside > 2 * ahead) continue;
      const cost = ahead + 2 * aside;
      if (best === null || cost < best.cost || (cost === best.cost && id < best.id)) best = {id, cost};
    }
    if (best) choose(best.id);
  }
  function enter() {
    const id = chosen();
    if (id === null) return ids().length && choose(weightiest());
    if (kg.isGroup(id)) kg.openGroup(id - kg.nodes.length);
    else kg.set({picture: kg.state.picture?.around === id ? null : {around: id}});
  }

  const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  const KEYS = {"+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": () => fit(), Home: () => fit(), Enter: enter};
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (!arrow && !KEYS[event.key]) return;
    event.preventDefault();
    if (!arrow) KEYS[event.key]();
    else if (event.shiftKey) pan(60 * arrow[0], 60 * arrow[1]);
    else step(...arrow);
  });
  kg.$("zoom-in").onclick = () => zoom(1.25);
  kg.$("zoom-out").onclick = () => zoom(0.8);
  kg.$("zoom-fit").onclick = () => fit();
})();
