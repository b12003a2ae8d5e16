"use strict";
// Names on the canvas: always of one size, the weightiest first, and only where there is room.
(() => {
  const SIZE = 12;
  const CELL = 64; // pixels of the grid in which collisions are looked up
  const ROOM = 8500; // square pixels for each name, so that names do not fill the picture
  const LONGEST = {Paper: 26};
  const widths = new Map();
  const clip = (text, most) => (Array.from(text).length > most ? `${Array.from(text).slice(0, most - 1).join("").trimEnd()}…` : text);
  const labels = kg.nodes.map((node) => clip(node.label.replace(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/g, " "), LONGEST[node.cls] || 28));
  const weights = kg.nodes.map((node) => kg.weight(node.key) - (node.cls === "Paper" ? 4 : 0));

  function width(ctx, text, bold) {
    const key = (bold ? "b" : "n") + text;
    if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
    return widths.get(key);
  }

  class Room {
    constructor() { this.cells = new Map(); }
    *cellsOf([left, top, right, bottom]) {
      for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x++) {
        for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y++) yield x * 65536 + y;
      }
    }
    take(area) {
      for (const cell of this.cellsOf(area)) {
        if (!this.cells.has(cell)) this.cells.set(cell, []);
        this.cells.get(cell).push(area);
      }
    }
    isFree(area) {
      for (const cell of this.cellsOf(area)) {
        for (const other of this.cells.get(cell) || []) {
          if (area[0] < other[2] && other[0] < area[2] && area[1] < other[3] && other[1] < area[3]) return false;
        }
      }
      return true;
    }
  }

  const font = (bold) => `${bold ? "600 " : ""}${SIZE}px system-ui, sans-serif`;

  function write(ctx, text, x, y, colour) {
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = kg.canvas.colours.page;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }

  // The middle of the name below, above, right or left of the node: the first that is free.
  function* around({x, y, r}, wide) {
    const half = SIZE / 2 + 1;
    yield [x, y + r + 4 + half];
    yield [x, y - r - 4 - half];
    yield [x + r + 5 + wide / 2, y];
    yield [x - r - 5 - wide / 2, y];
  }

  function rank(point) {
    const {hovered, isSelected, isDim} = kg.canvas;
    if (point.id === hovered()) return 3e6;
    if (isSelected(point.id)) return 2e6;
    return (kg.state.selected !== null && !isDim(point.id) ? 1e6 : 0) + weights[point.id];
  }

  kg.drawLabels = (ctx) => {
    const {network, seen, isDim, colours} = kg.canvas;
    const {width: boxWidth, height: boxHeight} = ctx.canvas.getBoundingClientRect();
    const scale = network.getScale();
    const ratio = ctx.canvas.width / boxWidth;
    const points = seen.map((point) => ({...network.canvasToDOM(point), r: point.r * scale * 1.1, id: point.id}))
      .filter((p) => p.x > -40 && p.y > -20 && p.x < boxWidth + 40 && p.y < boxHeight + 20);
    points.forEach((point) => { point.rank = rank(point); });
    points.sort((a, b) => b.rank - a.rank || a.id - b.id);
    const room = new Room(); // taken by names
    const drawn = new Room(); // taken by nodes; the weightiest names may lie over small ones
    for (const {x, y, r} of points) drawn.take([x - r, y - r, x + r, y + r]);
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    const most = Math.max(12, Math.round((boxWidth * boxHeight) / ROOM));
    let left = most;
    const chosen = points.filter((point) => {
      if (isDim(point.id) || left <= 0) return false;
      const bold = point.rank >= 2e6;
      ctx.font = font(bold);
      const wide = width(ctx, labels[point.id], bold) + 6;
      for (const [x, y] of around(point, wide)) {
        const area = [x - wide / 2, y - SIZE / 2 - 2, x + wide / 2, y + SIZE / 2 + 2];
        if (!bold && (area[0] < 2 || area[2] > boxWidth - 2 || area[1] < 2 || area[3] > boxHeight - 2)) continue;
        const isTop = left > most * 0.6;
        if (!bold && (!room.isFree(area) || !(isTop || drawn.isFree(area)))) continue;
        room.take(area);
        Object.assign(point, {textX: x, textY: y, bold});
        left -= 1;
        return true;
      }
      return false;
    });
    writeRelations(ctx, room, new Map(points.map((point) => [point.id, point])));
    for (const point of chosen.reverse()) {
      ctx.font = font(point.bold);
      write(ctx, labels[point.id], point.textX, point.textY, colours.text);
    }
    ctx.restore();
  };

  // What the lines of the selected node or pair mean, in the middle of each.
  function writeRelations(ctx, room, at) {
    const selected = kg.state.selected;
    if (selected === null) return;
    const centre = selected.pair ? selected.pair[0] : selected.node;
    const others = selected.pair ? [selected.pair[1]] : kg.neighbours(centre);
    if (!at.has(centre)) return;
    ctx.font = `11px system-ui, sans-serif`;
    for (const other of others.filter((id) => at.has(id))) {
      const names = new Set(kg.between(centre, other).filter(kg.isShown).map((edge) => kg.relationOf.get(edge.predicate).label));
      const text = [...names].join(", ");
      const wide = ctx.measureText(text).width + 4;
      const [a, b] = [at.get(centre), at.get(other)];
      if (Math.hypot(a.x - b.x, a.y - b.y) < wide * 0.7 + a.r + b.r) continue;
      const [x, y] = [a.x + (b.x - a.x) * 0.55, a.y + (b.y - a.y) * 0.55];
      const area = [x - wide / 2, y - 7, x + wide / 2, y + 7];
      if (!room.isFree(area)) continue;
      room.take(area);
      write(ctx, text, x, y, kg.canvas.colours.muted);
    }
  }
})();
