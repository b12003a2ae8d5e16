"use strict";
// The picture: vis-network draws and moves it, places come from Python, physics is off.
(() => {
  const {el} = kg;
  const box = kg.$("canvas");
  const colours = {};
  const seen = []; // what this frame drew: {id, x, y, r}
  let bright = null; // what stays bright while something is selected
  let hovered = null;
  let isDragged = false;
  const SPECK = 4; // pixels
  let scale = 1; // of this frame

  function palette() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const scheme = document.documentElement.dataset.theme || (dark ? "dark" : "light");
    const probe = el("span", {hidden: true});
    document.body.append(probe);
    for (const name of ["page", "text", "muted", "edge", "accent", "wash", "grid"]) {
      probe.style.color = `var(--${name})`;
      colours[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    for (const cls of kg.classes) colours[cls.name] = scheme === "dark" ? cls.dark : cls.colour;
  }

  const isDim = (id) => bright !== null && !bright.nodes.has(id) && id !== hovered;

  function ring(ctx, x, y, radius, width, colour) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.lineWidth = width / scale;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }

  function paint(ctx, id, x, y, r) {
    const node = kg.nodes[id];
    if (isDragged && r * scale < SPECK) { // too small to tell shapes apart: the quickest will do
      ctx.fillStyle = colours[node.cls];
      ctx.fillRect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r);
      return;
    }
    kg.trace(ctx, kg.classOf.get(node.cls).shape, x, y, r);
    ctx.fillStyle = colours[node.cls];
    ctx.fill();
    if (scale > 0.3) { // a rim in the page's colour parts nodes that touch
      ctx.lineWidth = 1.5 / scale;
      ctx.strokeStyle = colours.page;
      ctx.stroke();
    }
  }
  // A group: a disc with the number of its nodes.
  function paintGroup(ctx, id, x, y, r) {
    kg.trace(ctx, "dot", x, y, r);
    ctx.fillStyle = colours.wash;
    ctx.fill();
    ring(ctx, x, y, 0.95 * r, 1.5, colours.accent);
    ctx.fillStyle = colours.text;
    ctx.font = `${Math.min(13 / scale, r)}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(kg.groupAt(id).members.length.toLocaleString("en"), x, y);
  }

  function drawNode({ctx, id, x, y}) {
    const isGroup = kg.isGroup(id);
    const r = isGroup ? kg.sizeOf(id) : kg.sizeOf(id) / Math.sqrt(Math.min(scale, 1)); // far away, nodes shrink less than distances do
    const chosen = isSelected(id);
    seen.push({id, x, y, r});
    return {
      drawNode() {
        ctx.globalAlpha = isDim(id) ? 0.14 : 1;
        (isGroup ? paintGroup : paint)(ctx, id, x, y, r);
        if (chosen || id === hovered) ring(ctx, x, y, r * 1.2 + 5 / scale, chosen ? 3 : 1.5, colours.accent);
        ctx.globalAlpha = 1;
      },
      nodeDimensions: {width: 2 * r, height: 2 * r},
    };
  }

  function isSelected(id) {
    const {node, pair, path, group} = kg.state.selected || {};
    return node === id || Boolean((pair || path)?.includes(id)) || (group !== undefined && kg.groups[group].key === id);
  }

  // What stays bright while something is selected: nodes, and the keys of lines; null where nothing is.
  function brightened({node, pair, path, group}) {
    if (pair) return {nodes: new Set(pair), isLine: (key) => key === kg.pairKey(...pair)};
    if (path) {
      const nodes = kg.path(...path)?.nodes || path;
      const lines = new Set(nodes.slice(1).map((id, i) => kg.pairKey(nodes[i], id)));
      return {nodes: new Set(nodes), isLine: (key) => lines.has(key)};
    }
    if (group !== undefined && kg.state.picture !== null) return null;
    const id = node ?? kg.groups[group].key;
    if (!nodes.get(id)) { // a node that only its group stands for
      const home = kg.groupOf.get(id)?.key;
      return nodes.get(home) ? {nodes: new Set([home]), isLine: () => false} : null;
    }
    const ends = (edge) => [edge.from, edge.to];
    const near = kg.isGroup(id) ? kg.drawn.edges.map(ends).filter((pair) => pair.includes(id)).flat() : kg.neighbours(id);
    return {nodes: new Set([id, ...near]), isLine: (key) => key.split("-").includes(String(id))};
  }
  const edgeLook = (a, b) => (bright === null ? "plain" : bright.isLine(kg.pairKey(a, b)) ? "bright" : "dim");
  const LOOKS = {
    plain: () => ({width: 1.6, color: {color: colours.edge, highlight: colours.edge, hover: colours.accent, opacity: 1}}),
    bright: () => ({width: 2, color: {color: colours.accent, highlight: colours.accent, hover: colours.accent, opacity: 0.9}}),
    dim: () => ({width: 1, color: {color: colours.edge, highlight: colours.edge, hover: colours.accent, opacity: 0.12}}),
  };

  function edgeItem({from, to, count}) {
    const all = kg.between(from, to);
    const arrow = (on) => ({enabled: on, scaleFactor: 0.45});
    const look = edgeLook(from, to);
    return {id: kg.pairKey(from, to), from, to, look, ...LOOKS[look](), ...(count ? {width: 1 + Math.log2(count)} : {}),
      arrows: {to: arrow(all.some((edge) => edge.to === to)), from: arrow(all.some((edge) => edge.to === from))}};
  }

  palette();
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const shownNodes = new vis.DataView(nodes, {filter: (item) => !kg.isHidden(item.id)});
  const shownEdges = new vis.DataView(edges, {filter: ({from, to}) => (kg.isGroup(from) ? !kg.isHidden(from) && !kg.isHidden(to) : kg.between(from, to).some(kg.isShown))});
  const network = new vis.Network(box, {nodes: shownNodes, edges: shownEdges}, {
    ...kg.drawn.options, autoResize: true,
    nodes: {shape: "custom", ctxRenderer: drawNode, chosen: false},
    edges: {...kg.drawn.options.edges, selectionWidth: 0, hoverWidth: 0.6, arrowStrikethrough: false, chosen: true},
  });

  box.firstElementChild.tabIndex = -1; // the box itself takes the keys

  function fill({places, pairs}) {
    edges.clear();
    nodes.clear();
    nodes.add(places.map(({id, x, y}) => ({id, x, y, size: kg.sizeOf(id)})));
    edges.add(pairs.map(edgeItem));
    fit(false);
  }

  function refresh() {
    bright = kg.state.selected === null ? null : brightened(kg.state.selected);
    const changed = edges.get().filter((item) => edgeLook(item.from, item.to) !== item.look)
      .map((item) => ({id: item.id, look: edgeLook(item.from, item.to), ...LOOKS[edgeLook(item.from, item.to)]()}));
    if (changed.length) edges.updateOnly(changed);
    network.redraw();
  }

  function fit(slowly = true) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const ids = shownNodes.getIds();
    if (!ids.length) return;
    const places = Object.values(network.getPositions(ids));
    const [left, right] = [Math.min(...places.map((p) => p.x)), Math.max(...places.map((p) => p.x))];
    const [top, bottom] = [Math.min(...places.map((p) => p.y)), Math.max(...places.map((p) => p.y))];
    const room = Math.min(150, box.clientWidth * 0.16); // names stand beside the outermost nodes
    const above = kg.$("notice").offsetHeight; // which lies over the top of the picture
    const most = Math.max(...ids.map(kg.sizeOf));
    const scale = Math.max(0.02, Math.min((box.clientWidth - room) / (right - left || 1),
      (box.clientHeight - 90 - above) / (bottom - top + (kg.isGroup(ids[0]) ? 2 * most : 0) || 1), 1.4));
    network.moveTo({position: {x: (left + right) / 2, y: (top + bottom - above / scale) / 2}, scale,
      animation: slowly && !still ? {duration: 250, easingFunction: "easeInOutQuad"} : false});
  }
  const zoom = (factor) => network.moveTo({scale: Math.min(Math.max(network.getScale() * factor, 0.03), 8)});
  function pan(dx, dy) {
    const {x, y} = network.getViewPosition();
    network.moveTo({position: {x: x + dx / network.getScale(), y: y + dy / network.getScale()}});
  }

  kg.canvas = {
    colours, network, seen, isDim, isSelected, fit, zoom, pan,
    shown: () => shownNodes.getIds(),
    hovered: () => hovered,
    isDragged: () => isDragged,
    has: (id) => nodes.get(id) !== null,
    // Bring a node into the picture where it is out of it, or too small to see.
    reveal(id) {
      if (!kg.canvas.has(id) || kg.isHidden(id) || kg.state.view !== "graph") return;
      const at = network.canvasToDOM(network.getPosition(id));
      const away = at.x < 60 || at.y < 60 || at.x > box.clientWidth - 60 || at.y > box.clientHeight - 60;
      if (away || network.getScale() < 0.45) network.focus(id, {scale: Math.max(network.getScale(), 0.8), animation: false});
    },
    // The picture as a canvas, with so many pixels for each of the screen.
    snapshot(ratio) {
      const {canvas, renderer} = network;
      const {width, height} = box.getBoundingClientRect();
      const old = canvas.pixelRatio;
      const copy = el("canvas", {width: Math.round(width * ratio), height: Math.round(height * ratio)});
      const draw = (pixels) => {
        canvas.pixelRatio = pixels;
        canvas.frame.canvas.width = Math.round(width * pixels);
        canvas.frame.canvas.height = Math.round(height * pixels);
        renderer._redraw();
      };
      draw(ratio);
      copy.getContext("2d").drawImage(canvas.frame.canvas, 0, 0);
      draw(old);
      return copy;
    },
    place: (id) => network.canvasToDOM(network.getPosition(id)),
  };

  network.on("beforeDrawing", () => {
    seen.length = 0;
    scale = network.getScale();
  });
  network.on("afterDrawing", (ctx) => kg.drawLabels(ctx));
  const select = (id) => (kg.isGroup(id) ? kg.set({selected: {group: id - kg.nodes.length}}) : kg.select(id));
  const choosePair = ([a, b]) => (kg.isGroup(a) ? select(a) : kg.openPair(a, b));
  network.on("click", ({nodes: [node], edges: [edge]}) => {
    network.unselectAll();
    if (node !== undefined) select(node);
    else if (edge !== undefined) choosePair(edge.split("-").map(Number));
    else kg.select(null);
  });
  box.addEventListener("dblclick", ({clientX, clientY}) => { // the browser's own: that of vis-network misses it when busy
    const {left, top} = box.getBoundingClientRect();
    const node = network.getNodeAt({x: clientX - left, y: clientY - top});
    if (node === undefined) return;
    if (kg.isGroup(node)) kg.openGroup(node - kg.nodes.length);
    else kg.select(node, {picture: {around: node}});
  });
  network.on("dragStart", () => { isDragged = true; });
  network.on("dragEnd", () => { isDragged = false; network.redraw(); });
  const hover = (id) => () => { hovered = id; network.redraw(); };
  network.on("hoverNode", ({node}) => { box.style.cursor = "pointer"; hover(node)(); });
  network.on("blurNode", () => { box.style.cursor = ""; hover(null)(); });
  network.on("hoverEdge", () => { box.style.cursor = "pointer"; });
  network.on("blurEdge", () => { box.style.cursor = ""; });

  let filled = null;
  kg.listen((state, change) => {
    const wanted = JSON.stringify(state.picture);
    if (wanted !== filled) {
      filled = wanted;
      bright = null;
      fill(kg.pictureOf(state.picture));
    }
    if (kg.isFilter(change)) {
      shownNodes.refresh();
      shownEdges.refresh();
    }
    if (change.view === "graph") {
      network.redraw();
      if (state.selected?.node !== undefined) kg.canvas.reveal(state.selected.node);
    }
    refresh();
  });
  kg.themeChanged = () => {
    palette();
    edges.updateOnly(edges.get().map((item) => ({id: item.id, ...LOOKS[item.look]()})));
    network.redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", kg.themeChanged);
})();
