"use strict";
// What passes the filters. Years and papers are those of the evidence; a node stays while something said of it passes.
(() => {
  const passing = new Uint8Array(kg.evidenceCount);
  const nodes = new Uint8Array(kg.nodes.length);
  const papers = kg.nodes.filter((node) => node.cls === "Paper").map((node) => node.key);
  kg.years = [...new Set(papers.map((paper) => kg.nodes[paper].year).filter(Boolean))].sort();
  kg.withoutYear = papers.filter((paper) => !kg.nodes[paper].year).length;

  function paperPasses(paper) {
    const {years, papers: only} = kg.state;
    if (only.size && !only.has(paper)) return false;
    if (years === null) return true;
    const {year} = kg.nodes[paper];
    return year >= years[0] && year <= years[1];
  }

  // Whether a node is named, or is itself, in a paper that passes; one that no paper names goes by its neighbours.
  const isNamedItself = (node) => (kg.nodes[node].cls === "Paper" ? paperPasses(node) : kg.named[node].some(paperPasses));
  function isNamed(node) {
    if (kg.nodes[node].cls === "Paper" || kg.named[node].length) return isNamedItself(node);
    return !(kg.state.years || kg.state.papers.size) || kg.edgesOf[node].some((edge) => isNamedItself(kg.other(edge, node)));
  }
  function isSaid(node) {
    const said = [...kg.edgesOf[node].flatMap((edge) => edge.evidence), ...kg.resultsOf[node].map((result) => result.evidence)];
    return !said.length || said.some((number) => passing[number]);
  }

  function update() {
    const {sure, offClasses} = kg.state;
    for (let number = 0; number < passing.length; number++) {
      const {paper, confidence} = kg.evidence(number);
      passing[number] = confidence >= sure && paperPasses(paper);
    }
    for (const {key, cls} of kg.nodes) nodes[key] = !offClasses.has(cls) && isNamed(key) && (!sure || isSaid(key));
  }

  const isWide = () => !kg.state.sure && !kg.state.years && !kg.state.papers.size;
  kg.passes = (number) => Boolean(passing[number]);
  kg.isHidden = (node) => (node < nodes.length ? !nodes[node] : kg.groupAt(node).members.every((member) => !nodes[member]));
  kg.isShown = (edge) => !kg.state.offRelations.has(edge.predicate) && !kg.isHidden(edge.from) && !kg.isHidden(edge.to) &&
    (isWide() || !edge.evidence.length || edge.evidence.some(kg.passes));
  kg.isShownResult = (result) => kg.passes(result.evidence) && !kg.isHidden(result.about) && !kg.isHidden(kg.paperOf(result));
  kg.visibleNodes = () => kg.nodes.filter((node) => !kg.isHidden(node.key));

  kg.listen((state, change) => { if (kg.isFilter(change)) update(); });
  update();
})();
