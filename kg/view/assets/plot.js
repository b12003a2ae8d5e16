"use strict";
// A dot plot with ranges: one line a result. It is a list of marks first, which become SVG on the page or a PNG.
(() => {
  const ROOMY = 560; // pixels from which labels stand beside the plot, not above
  const END = 96; // pixels kept free on the right, for the value of the rightmost dot
  const svg = (tag, set, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(set)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // Even steps of 1, 2 or 5 times a power of ten from zero on; powers of ten where the values lie far apart.
  function axis(rows, isRatio) {
    const values = rows.flatMap((row) => [row.low, row.high]).concat(isRatio ? [1] : []);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (least > 0 && most / least > 40) {
      const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
      const all = Array.from({length: last - first + 1}, (_, i) => 10 ** (first + i));
      return {isLog: true, ticks: all, at: (value) => (Math.log10(value) - first) / (last - first || 1)};
    }
    const [low, high] = [Math.min(0, least), Math.max(most, least + 1e-9, 0)];
    const raw = (high - low || 1) / 5;
    const power = 10 ** Math.floor(Math.log10(raw));
    const size = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= raw);
    const [first, last] = [Math.floor(low / size), Math.ceil(high / size)];
    const ticks = Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * size).toPrecision(12)));
    return {isLog: false, ticks, at: (value) => (value - ticks[0]) / (ticks.at(-1) - ticks[0] || 1)};
  }

  // Marks of one result: a dot for each end, a line between them; dashed towards where a bound leaves it open.
  function marksOf(row, x, y, edges) {
    const [low, high] = [x(row.low), x(row.high)];
    const line = (x1, x2, dashed) => ({kind: "line", x1, y1: y, x2, y2: y, ink: "accent", width: dashed ? 1.5 : 3, dashed});
    const isOpen = row.bound === "max" || row.bound === "min";
    const dot = (at) => ({kind: "dot", x: at, y, r: 5, ink: "accent", hollow: isOpen || row.bound === "approx"});
    const open = row.bound === "max" ? [line(edges[0], low, true)] : row.bound === "min" ? [line(high, edges[1], true)] : [];
    return [...open, ...(low === high ? [] : [line(low, high, false)]), ...(low === high ? [dot(high)] : [dot(low), dot(high)])];
  }

  // Shorten to what fits into some pixels, taking the mean width of a letter.
  const fitted = (text, room) => (text.length * 6.6 <= room ? text : `${text.slice(0, Math.max(3, Math.floor(room / 6.6) - 1)).trimEnd()}…`);

  kg.plotMarks = (rows, width, unit) => {
    const isRoomy = width >= ROOMY;
    const left = isRoomy ? Math.min(280, width * 0.38) : 12;
    const step = isRoomy ? 34 : 52;
    const bottom = 10 + rows.length * step;
    const {ticks, at, isLog} = axis(rows, unit === "x");
    const edges = [left + 8, width - END];
    const x = (value) => edges[0] + at(value) * (edges[1] - edges[0]);
    const text = (value) => `${value.toLocaleString("en", {maximumSignificantDigits: 6})}${["x", "%"].includes(unit) ? unit : ""}`;
    const marks = ticks.flatMap((tick) => [
      {kind: "line", x1: x(tick), y1: 6, x2: x(tick), y2: bottom, ink: unit === "x" && tick === 1 ? "muted" : "grid", width: 1},
      {kind: "text", x: x(tick), y: bottom + 16, text: text(tick), anchor: "middle", ink: "muted", size: 12}]);
    rows.forEach((row, i) => {
      const top = 10 + i * step;
      const y = top + (isRoomy ? step / 2 : 36);
      const label = (dy, value, ink, size) => ({kind: "text", x: isRoomy ? left - 6 : left, y: top + dy, text: fitted(value, isRoomy ? left - 8 : width - 24), anchor: isRoomy ? "end" : "start", ink, size});
      marks.push(...(isRoomy ? [label(step / 2 - 3, row.name, "text", 13), label(step / 2 + 12, row.detail, "muted", 11)]
        : [label(16, row.detail ? `${row.name} · ${row.detail}` : row.name, "text", 13)]));
      marks.push(...marksOf(row, x, y, edges));
      marks.push({kind: "text", x: x(row.high) + 10, y: y + 4, text: row.value, anchor: "start", ink: "text", size: 12});
    });
    return {marks, width, height: bottom + 28, isLog};
  };

  function element(mark) {
    if (mark.kind === "line") return svg("line", {x1: mark.x1, y1: mark.y1, x2: mark.x2, y2: mark.y2, class: `ink-${mark.ink}`, "stroke-width": mark.width, ...(mark.dashed ? {"stroke-dasharray": "4 4"} : {})});
    if (mark.kind === "dot") return svg("circle", {cx: mark.x, cy: mark.y, r: mark.r, class: mark.hollow ? "hollow" : "filled"});
    return svg("text", {x: mark.x, y: mark.y, "text-anchor": mark.anchor, class: `fill-${mark.ink}`, "font-size": mark.size}, mark.text);
  }
  // The plot as SVG; `title` and `description` say the same in words.
  kg.plotSvg = ({marks, width, height}, title, description) => svg("svg", {
    viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": "plot-title plot-description", class: "plot",
  }, svg("title", {id: "plot-title"}, title), svg("desc", {id: "plot-description"}, description), ...marks.map(element));

  // The same marks on a canvas, in the colours given by name.
  kg.plotPaint = (ctx, {marks}, inks) => {
    for (const mark of marks) {
      ctx.beginPath();
      ctx.setLineDash(mark.dashed ? [4, 4] : []);
      ctx.strokeStyle = ctx.fillStyle = inks[mark.ink];
      ctx.lineWidth = mark.width || 2;
      if (mark.kind === "line") {
        ctx.moveTo(mark.x1, mark.y1);
        ctx.lineTo(mark.x2, mark.y2);
        ctx.stroke();
      } else if (mark.kind === "dot") {
        ctx.arc(mark.x, mark.y, mark.r, 0, 2 * Math.PI);
        if (mark.hollow) ctx.fillStyle = inks.page;
        ctx.fill();
        ctx.stroke();
      } else {
        ctx.font = `${mark.size}px system-ui, sans-serif`;
        ctx.textAlign = {start: "left", end: "right", middle: "center"}[mark.anchor];
        ctx.strokeStyle = inks.page; // keeps lines out of the letters
        ctx.lineWidth = 4;
        ctx.strokeText(mark.text, mark.x, mark.y);
        ctx.fillText(mark.text, mark.x, mark.y);
      }
    }
  };
})();
