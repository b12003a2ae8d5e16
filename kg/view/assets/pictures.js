"use strict";
// What the canvas holds: which nodes, where, and which of them are tied. Places of large pictures come from Python.
(() => {
  const at = (id) => ({id, x: kg.places[2 * id], y: kg.places[2 * id + 1]});

  // The related pairs among some nodes, each once.
  function pairsWithin(ids) {
    const within = new Set(ids);
    const pairs = new Map();
    for (const id of within) {
      for (const edge of kg.edgesOf[id]) {
        if (edge.from !== edge.to && within.has(kg.other(edge, id))) pairs.set(kg.pairKey(edge.from, edge.to), {from: edge.from, to: edge.to});
      }
    }
    return [...pairs.values()];
  }

  // The neighbourhood of a node: the node in the middle, neighbours around it, those of a class side by side.
  function around(centre) {
    const order = new Map(kg.classes.map((cls, i) => [cls.name, i]));
    const all = [...new Set(kg.edgesOf[centre].map((edge) => kg.other(edge, centre)))].filter((id) => id !== centre)
      .sort((a, b) => kg.weight(b) - kg.weight(a) || a - b).slice(0, kg.opened)
      .sort((a, b) => order.get(kg.nodes[a].cls) - order.get(kg.nodes[b].cls) || a - b);
    const rings = Math.max(1, Math.ceil(all.length / 26));
    const places = all.map((id, i) => {
      const angle = (2 * Math.PI * i) / all.length - Math.PI / 2;
      const radius = 190 + 110 * (i % rings) + 2.5 * Math.min(all.length, 60);
      return {id, x: 1.3 * radius * Math.cos(angle), y: radius * Math.sin(angle)};
    });
    return {places: [{id: centre, x: 0, y: 0}, ...places], pairs: pairsWithin([centre, ...all])};
  }

  // A path from left to right, or from top to bottom where the page is narrow.
  function along([a, b]) {
    const nodes = kg.path(a, b)?.nodes || [a, b];
    const isNarrow = kg.$("canvas").clientWidth < 500;
    const places = nodes.map((id, i) => (isNarrow ? {id, x: 40 * (i % 2), y: 130 * i} : {id, x: 230 * i, y: 60 * (i % 2)}));
    return {places, pairs: pairsWithin(nodes)};
  }

  function opened(number) {
    const ids = kg.groups[number].members.slice(0, kg.opened);
    return {places: ids.map(at), pairs: pairsWithin(ids)};
  }

  kg.pictureOf = (picture) => {
    if (picture === null) return {places: kg.drawn.nodes, pairs: kg.drawn.edges};
    if (picture.around !== undefined) return around(picture.around);
    if (picture.path) return along(picture.path);
    if (picture.group !== undefined) return opened(picture.group);
    return {places: kg.nodes.map((node) => at(node.key)), pairs: pairsWithin(kg.nodes.map((node) => node.key))};
  };

  // What a node or a group looks like on the canvas.
  const sizes = new Map(kg.groups.length ? kg.drawn.nodes.map((item) => [item.id, item.size]) : []);
  const PLAIN = /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/g; // what would turn the text around it
  kg.isGroup = (id) => id >= kg.nodes.length;
  kg.sizeOf = (id) => sizes.get(id) ?? kg.nodes[id].size;
  kg.labelOf = (id) => (kg.isGroup(id) ? kg.groupAt(id).name : kg.nodes[id].label).replace(PLAIN, " ");
  kg.weightOf = (id) => (kg.isGroup(id) ? kg.groupAt(id).members.length : kg.weight(id) - (kg.nodes[id].cls === "Paper" ? 4 : 0));
})();
