"use strict";
// Names on the canvas: always of one size, the weightiest first, and only where there is room.
(() => {
  const SIZE = 12;
  const CELL = 64; // pixels of the grid in which collisions are looked up
  const ROOM = 8500; // square pixels for each name, so that names do not fill the picture
  const LONGEST = {Paper: 26}; // characters; 28 for other nodes, 40 for groups
  const widths = new Map();
  const clip = (text, most) => (Array.from(text).length > most ? `${Array.from(text).slice(0, most - 1).join("").trimEnd()}…` : text);
  const ids = [...kg.nodes, ...kg.groups].map((item) => item.key);
  const labels = ids.map((id) => clip(kg.labelOf(id), kg.isGroup(id) ? 40 : LONGEST[kg.nodes[id].cls] || 28));
  const weights = ids.map(kg.weightOf);

  function width(ctx, text, bold) {
    const key = (bold ? "b" : "n") + text;
    if (!widths.has(key)) {
      ctx.font = font(bold);
      widths.set(key, ctx.measureText(text).width);
    }
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

  // The nodes of this frame in pixels of the page, those out of sight left out.
  function pointsIn(boxWidth, boxHeight) {
    const {network, seen, isSelected} = kg.canvas;
    const scale = network.getScale();
    return seen.map((point) => ({...network.canvasToDOM(point), r: point.r * scale * 1.1 + (isSelected(point.id) ? 6 : 0), id: point.id}))
      .filter((p) => p.x > -40 && p.y > -20 && p.x < boxWidth + 40 && p.y < boxHeight + 20);
  }

  // Which names are written, and where: the weightiest first, as long as they hide neither names nor nodes.
  function choose(ctx, points, room, boxWidth, boxHeight) {
    const {isDim} = kg.canvas;
    const drawn = new Room(); // taken by nodes
    for (const {x, y, r} of points) drawn.take([x - r, y - r, x + r, y + r]);
    points.forEach((point) => { point.rank = rank(point); });
    points.sort((a, b) => b.rank - a.rank || a.id - b.id);
    const most = Math.max(12, Math.round((boxWidth * boxHeight) / ROOM));
    const chosen = [];
    for (const point of points) {
      if (chosen.length === most) break;
      if (isDim(point.id)) continue;
      const bold = point.rank >= 2e6;
      const wide = width(ctx, labels[point.id], bold) + 6;
      for (const [x, y] of around(point, wide)) {
        const area = [x - wide / 2, y - SIZE / 2 - 2, x + wide / 2, y + SIZE / 2 + 2];
        if (!bold && (area[0] < 2 || area[2] > boxWidth - 2 || area[1] < 2 || area[3] > boxHeight - 2)) continue;
        const isTop = chosen.length < most * 0.4 && !kg.isGroup(point.id); // the weightiest names may lie over small nodes
        if (!bold && (!room.isFree(area) || !(isTop || drawn.isFree(area)))) continue;
        room.take(area);
        chosen.push({id: point.id, bold, dx: x - point.x, dy: y - point.y});
        break;
      }
    }
    return chosen;
  }

  let last = []; // names keep their places beside their nodes while the picture is dragged
  kg.drawLabels = (ctx) => {
    const {width: boxWidth, height: boxHeight} = ctx.canvas.getBoundingClientRect();
    const ratio = ctx.canvas.width / boxWidth;
    const {network, isDragged, colours} = kg.canvas;
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    if (!isDragged()) {
      const points = pointsIn(boxWidth, boxHeight);
      const room = new Room(); // taken by names
      last = choose(ctx, points, room, boxWidth, boxHeight).reverse();
      writeRelations(ctx, room, new Map(points.map((point) => [point.id, point])));
    }
    for (const {id, bold, dx, dy} of last.filter((name) => kg.canvas.has(name.id))) {
      const {x, y} = network.canvasToDOM(network.getPosition(id));
      ctx.font = font(bold);
      write(ctx, labels[id], x + dx, y + dy, colours.text);
    }
    ctx.restore();
  };

  // What the lines of the selected node or pair mean, in the middle of each.
  function writeRelations(ctx, room, at) {
    const {node, pair, path} = kg.state.selected || {};
    const steps = path ? kg.path(...path)?.nodes || [] : [];
    const lines = pair ? [pair] : path ? steps.slice(1).map((id, i) => [steps[i], id])
      : node !== undefined ? kg.neighbours(node).map((other) => [node, other]) : [];
    ctx.font = `11px system-ui, sans-serif`;
    for (const [centre, other] of lines) {
      if (!at.has(centre) || !at.has(other)) continue;
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
