"use strict";
// The picture: vis-network draws and moves it, places come from Python, physics is off.
(() => {
  const box = kg.$("canvas");
  const colours = {};
  const seen = []; // what this frame drew: {id, x, y, r}
  let focus = null; // nodes that stay bright while something is selected
  let hovered = null;
  let scale = 1; // of this frame

  function palette() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const scheme = document.documentElement.dataset.theme || (dark ? "dark" : "light");
    const probe = kg.el("span", {hidden: true});
    document.body.append(probe);
    for (const name of ["page", "text", "muted", "edge", "accent", "faint"]) {
      probe.style.color = `var(--${name})`;
      colours[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    for (const cls of kg.classes) colours[cls.name] = scheme === "dark" ? cls.dark : cls.colour;
  }

  const isDim = (id) => focus !== null && !focus.has(id) && id !== hovered;

  function drawNode({ctx, id, x, y}) {
    const node = kg.nodes[id];
    const r = node.size / Math.sqrt(Math.min(scale, 1)); // far away, nodes shrink less than distances do
    const shape = kg.classOf.get(node.cls).shape;
    const chosen = isSelected(id);
    seen.push({id, x, y, r});
    return {
      drawNode() {
        ctx.globalAlpha = isDim(id) ? 0.14 : 1;
        kg.trace(ctx, shape, x, y, r);
        ctx.fillStyle = colours[node.cls];
        ctx.fill();
        if (scale > 0.3) { // a rim in the page's colour parts nodes that touch
          ctx.lineWidth = 1.5 / scale;
          ctx.strokeStyle = colours.page;
          ctx.stroke();
        }
        if (chosen || id === hovered) {
          ctx.beginPath();
          ctx.arc(x, y, r * 1.2 + 5 / scale, 0, 2 * Math.PI);
          ctx.lineWidth = (chosen ? 3 : 1.5) / scale;
          ctx.strokeStyle = colours.accent;
          ctx.stroke();
        }
        ctx.globalAlpha = 1;
      },
      nodeDimensions: {width: 2 * r, height: 2 * r},
    };
  }

  function isSelected(id) {
    const selected = kg.state.selected;
    return selected !== null && (selected.node === id || Boolean(selected.pair?.includes(id)));
  }

  function edgeLook(a, b) {
    const selected = kg.state.selected;
    if (selected === null) return "plain";
    const bright = selected.pair ? kg.pairKey(...selected.pair) === kg.pairKey(a, b) : selected.node === a || selected.node === b;
    return bright ? "bright" : "dim";
  }
  const LOOKS = {
    plain: () => ({width: 1.6, color: {color: colours.edge, highlight: colours.edge, hover: colours.accent, opacity: 0.8}}),
    bright: () => ({width: 2, color: {color: colours.accent, highlight: colours.accent, hover: colours.accent, opacity: 0.9}}),
    dim: () => ({width: 1, color: {color: colours.edge, highlight: colours.edge, hover: colours.accent, opacity: 0.12}}),
  };

  function edgeItem(a, b) {
    const all = kg.between(a, b);
    const arrow = (on) => ({enabled: on, scaleFactor: 0.45});
    const look = edgeLook(a, b);
    return {id: kg.pairKey(a, b), from: a, to: b, look, ...LOOKS[look](),
      arrows: {to: arrow(all.some((edge) => edge.to === b)), from: arrow(all.some((edge) => edge.to === a))}};
  }

  palette();
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const shownNodes = new vis.DataView(nodes, {filter: (item) => !kg.isHidden(item.id)});
  const shownEdges = new vis.DataView(edges, {filter: (item) => kg.between(item.from, item.to).some(kg.isShown)});
  const network = new vis.Network(box, {nodes: shownNodes, edges: shownEdges}, {
    ...kg.drawn.options, autoResize: true,
    nodes: {shape: "custom", ctxRenderer: drawNode, chosen: false},
    edges: {...kg.drawn.options.edges, selectionWidth: 0, hoverWidth: 0.6, arrowStrikethrough: false, chosen: true},
  });

  box.firstElementChild.tabIndex = -1; // the box itself takes the keys

  function fill(places, pairs) {
    edges.clear();
    nodes.clear();
    nodes.add(places.map(({id, x, y}) => ({id, x, y, size: kg.nodes[id].size})));
    edges.add(pairs.map(({from, to}) => edgeItem(from, to)));
    fit(false);
  }

  // The neighbourhood of a node: the node in the middle, neighbours around it, those of a class side by side.
  function around(centre) {
    const order = new Map(kg.classes.map((cls, i) => [cls.name, i]));
    const all = [...new Set(kg.edgesOf[centre].map((edge) => kg.other(edge, centre)))].filter((id) => id !== centre);
    all.sort((a, b) => order.get(kg.nodes[a].cls) - order.get(kg.nodes[b].cls) || a - b);
    const rings = Math.max(1, Math.ceil(all.length / 26));
    const places = all.map((id, i) => {
      const angle = (2 * Math.PI * i) / all.length - Math.PI / 2;
      const radius = 190 + 110 * (i % rings) + 2.5 * Math.min(all.length, 60);
      return {id, x: 1.3 * radius * Math.cos(angle), y: radius * Math.sin(angle)};
    });
    const within = new Set([centre, ...all]);
    const pairs = new Map();
    for (const id of within) {
      for (const edge of kg.edgesOf[id]) {
        if (edge.from !== edge.to && within.has(kg.other(edge, id))) pairs.set(kg.pairKey(edge.from, edge.to), edge);
      }
    }
    fill([{id: centre, x: 0, y: 0}, ...places], [...pairs.values()]);
  }

  function refresh() {
    const selected = kg.state.selected;
    focus = selected === null ? null : new Set(selected.pair || [selected.node, ...kg.neighbours(selected.node)]);
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
    const scale = Math.min((box.clientWidth - room) / (right - left || 1), (box.clientHeight - 90) / (bottom - top || 1), 1.4);
    network.moveTo({position: {x: (left + right) / 2, y: (top + bottom) / 2}, scale: Math.max(scale, 0.02),
      animation: slowly && !still ? {duration: 250, easingFunction: "easeInOutQuad"} : false});
  }
  const zoom = (factor) => network.moveTo({scale: Math.min(Math.max(network.getScale() * factor, 0.03), 8)});
  function pan(dx, dy) {
    const {x, y} = network.getViewPosition();
    network.moveTo({position: {x: x + dx / network.getScale(), y: y + dy / network.getScale()}});
  }

  kg.canvas = {
    colours, network, seen, isDim, isSelected, fit,
    hovered: () => hovered,
    has: (id) => nodes.get(id) !== null,
    // Bring a node into the picture where it is out of it, or too small to see.
    reveal(id) {
      if (!kg.canvas.has(id) || kg.isHidden(id) || kg.state.view !== "graph") return;
      const at = network.canvasToDOM(network.getPosition(id));
      const away = at.x < 60 || at.y < 60 || at.x > box.clientWidth - 60 || at.y > box.clientHeight - 60;
      if (away || network.getScale() < 0.45) network.focus(id, {scale: Math.max(network.getScale(), 0.8), animation: false});
    },
    place: (id) => network.canvasToDOM(network.getPosition(id)),
  };

  network.on("beforeDrawing", () => {
    seen.length = 0;
    scale = network.getScale();
  });
  network.on("afterDrawing", (ctx) => kg.drawLabels(ctx));
  network.on("click", ({nodes: [node], edges: [edge]}) => {
    network.unselectAll();
    if (node !== undefined) kg.select(node);
    else if (edge !== undefined) kg.openPair(...edge.split("-").map(Number));
    else kg.select(null);
  });
  network.on("doubleClick", ({nodes: [node]}) => { if (node !== undefined) kg.select(node, {ego: node}); });
  const hover = (id) => () => { hovered = id; network.redraw(); };
  network.on("hoverNode", ({node}) => { box.style.cursor = "pointer"; hover(node)(); });
  network.on("blurNode", () => { box.style.cursor = ""; hover(null)(); });
  network.on("hoverEdge", () => { box.style.cursor = "pointer"; });
  network.on("blurEdge", () => { box.style.cursor = ""; });

  const KEYS = {"+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": () => fit(), Home: () => fit(),
    ArrowLeft: () => pan(-60, 0), ArrowRight: () => pan(60, 0), ArrowUp: () => pan(0, -60), ArrowDown: () => pan(0, 60),
    Escape: () => kg.select(null)};
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  kg.$("zoom-in").onclick = () => zoom(1.25);
  kg.$("zoom-out").onclick = () => zoom(0.8);
  kg.$("zoom-fit").onclick = () => fit();

  let filled = null;
  kg.listen((state, change) => {
    const wanted = state.ego === null ? "all" : state.ego;
    if (wanted !== filled) {
      filled = wanted;
      if (state.ego === null) fill(kg.drawn.nodes, kg.drawn.edges);
      else around(state.ego);
    }
    if (change.offClasses || change.offRelations) {
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
