"use strict";
// The shortest way from one node to another over what the filters show, whichever way the relations point.
(() => {
  // Return {nodes, count}: the nodes of one shortest path, ends included, and how many paths are as short; or null.
  function search(from, to) {
    const steps = new Map([[from, {distance: 0, count: 1, before: null}]]);
    let front = [from];
    while (front.length && !steps.has(to)) {
      const next = new Set();
      for (const node of front) {
        const here = steps.get(node);
        for (const other of kg.neighbours(node).sort((a, b) => a - b)) {
          const there = steps.get(other);
          if (!there) steps.set(other, {distance: here.distance + 1, count: here.count, before: node});
          else if (there.distance === here.distance + 1) there.count += here.count;
          if (!there) next.add(other);
        }
      }
      front = [...next].sort((a, b) => a - b);
    }
    if (!steps.has(to)) return null;
    const nodes = [];
    for (let node = to; node !== null; node = steps.get(node).before) nodes.unshift(node);
    return {nodes, count: steps.get(to).count};
  }

  let last = null; // the picture asks for the same path with every frame
  kg.path = (from, to) => {
    if (last?.from !== from || last.to !== to) last = {from, to, found: search(from, to)};
    return last.found;
  };
  kg.listen((state, change) => { if (kg.isFilter(change)) last = null; });
})();
