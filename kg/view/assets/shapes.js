"use strict";
// One outline a shape, in a square from -1 to 1: drawn on the canvas and as SVG in legend, panel and tables.
(() => {
  const regular = (corners, turn, radius = 1) => Array.from({length: corners}, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  const star = regular(10, -Math.PI / 2).map(([x, y], i) => (i % 2 ? [x * 0.5, y * 0.5] : [x * 1.15, y * 1.15]));
  const OUTLINES = {
    dot: regular(32, 0, 0.95),
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
    triangle: [[0, -1.1], [1.1, 0.85], [-1.1, 0.85]],
    triangleDown: [[0, 1.1], [1.1, -0.85], [-1.1, -0.85]],
    hexagon: regular(6, 0, 1.08),
    star,
    page: [[-0.75, -1], [0.25, -1], [0.75, -0.5], [0.75, 1], [-0.75, 1]],
  };
  const outline = (shape) => OUTLINES[shape] || OUTLINES.dot;

  kg.trace = (ctx, shape, x, y, radius) => {
    ctx.beginPath();
    if (shape === "dot") {
      ctx.arc(x, y, 0.95 * radius, 0, 2 * Math.PI);
      return;
    }
    const points = outline(shape);
    ctx.moveTo(x + points[0][0] * radius, y + points[0][1] * radius);
    for (let i = 1; i < points.length; i++) ctx.lineTo(x + points[i][0] * radius, y + points[i][1] * radius);
    ctx.closePath();
  };

  kg.glyph = (name) => {
    const cls = kg.classOf.get(name);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "-1.3 -1.3 2.6 2.6");
    svg.setAttribute("aria-hidden", "true");
    svg.classList.add("glyph");
    svg.style.setProperty("--light", cls.colour);
    svg.style.setProperty("--dark", cls.dark);
    const polygon = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    polygon.setAttribute("points", outline(cls.shape).map((point) => point.map((v) => v.toFixed(3)).join(",")).join(" "));
    svg.append(polygon);
    return svg;
  };
})();
