"use strict";

const part = (id) => document.getElementById(id);
const PREFIXES = [
  ["https://w3id.org/abstract-kg/ontology#", "kg:"],
  ["https://w3id.org/abstract-kg/", ""],
  ["http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:"],
  ["http://www.w3.org/2000/01/rdf-schema#", "rdfs:"],
  ["http://www.w3.org/2004/02/skos/core#", "skos:"],
  ["http://purl.org/dc/terms/", "dcterms:"],
];
const SHOWN = 2000;
let saved = new Map();
let shown = null;

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function short(iri) {
  const known = PREFIXES.find(([start]) => iri.startsWith(start));
  return known ? known[1] + iri.slice(known[0].length) : iri;
}

function cell(value) {
  if (!value) return element("td", "");
  if (value.type === "uri") {
    const made = document.createElement("td");
    const own = iri => iri.startsWith("https://w3id.org/abstract-kg/") && !iri.includes("ontology#");
    const web = /^https?:\/\//.test(value.value);
    if (own(value.value)) {
      made.append(element("a", short(value.value), { href: "/entity?name=" + encodeURIComponent(value.value) }));
    } else if (web) {
      made.append(element("a", short(value.value), { href: value.value, rel: "noopener noreferrer" }));
    } else {
      made.textContent = value.value;
    }
    return made;
  }
  const text = typeof value.value === "object" ? "<< >>" : value.value;
  const number = /#(integer|decimal|double|float)$/.test(value.datatype || "");
  return element("td", text, number ? { class: "number" } : {});
}

function table(columns, rows) {
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const column of columns) head.append(element("th", column, { scope: "col" }));
  const body = made.createTBody();
  for (const row of rows.slice(0, SHOWN)) {
    const line = body.insertRow();
    for (const column of columns) line.append(cell(row[column]));
  }
  return made;
}

function clear() {
  part("fault").hidden = true;
  part("answer").replaceChildren();
  part("csv").disabled = true;
  shown = null;
}

function fail(text) {
  part("status").textContent = "";
  part("fault").textContent = text;
  part("fault").hidden = false;
}

function show(type, text, took) {
  if (!type.includes("sparql-results+json")) {
    part("answer").append(element("pre", text));
    part("status").textContent = "a graph, in " + took + " ms";
    return;
  }
  const answer = JSON.parse(text);
  if ("boolean" in answer) {
    part("status").textContent = (answer.boolean ? "yes" : "no") + ", in " + took + " ms";
    return;
  }
  const rows = answer.results.bindings;
  shown = { columns: answer.head.vars, rows };
  part("csv").disabled = false;
  part("answer").append(table(shown.columns, rows));
  const more = rows.length > SHOWN ? ", the first " + SHOWN + " shown (the CSV has all)" : "";
  part("status").textContent = rows.length + (rows.length === 1 ? " row" : " rows") + more + ", in " + took + " ms";
}

async function ask() {
  clear();
  part("status").textContent = "asking …";
  part("ask").disabled = true;
  const begun = performance.now();
  try {
    const reply = await fetch(...request());
    const text = await reply.text();
    if (reply.ok) show(reply.headers.get("content-type"), text, Math.round(performance.now() - begun));
    else fail(text);
  } catch (error) {
    fail("the endpoint does not answer: " + error.message);
  } finally {
    part("ask").disabled = false;
  }
}

function request() {
  const accept = { accept: "application/sparql-results+json, text/turtle;q=0.9" };
  const chosen = saved.get(part("name").value);
  if (!chosen) {
    history.replaceState(null, "", "#query=" + encodeURIComponent(part("sparql").value));
    return ["/sparql", { method: "POST", body: part("sparql").value,
      headers: { ...accept, "content-type": "application/sparql-query" } }];
  }
  const values = new URLSearchParams();
  for (const input of part("parameters").querySelectorAll("input")) values.set(input.name, input.value);
  history.replaceState(null, "", "#saved=" + encodeURIComponent(chosen.name) + "&" + values);
  return ["/queries/" + encodeURIComponent(chosen.name) + "?" + values, { headers: accept }];
}

function choose(values = new URLSearchParams()) {
  const chosen = saved.get(part("name").value);
  part("question").textContent = chosen ? chosen.question : "";
  part("sparql").readOnly = Boolean(chosen);
  if (chosen) part("sparql").value = chosen.sparql;
  part("parameters").replaceChildren();
  for (const parameter of chosen ? chosen.parameters : []) {
    const label = element("label", parameter.name + ": " + parameter.description);
    const input = element("input", "", { name: parameter.name, type: "text" });
    input.value = values.get(parameter.name) ?? parameter.default ?? "";
    label.append(document.createElement("br"), input);
    part("parameters").append(label);
  }
}

/* A cell that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers. */
function guarded(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+([eE][+-]?\d+)?$/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

function save() {
  const lines = [shown.columns, ...shown.rows.map((row) => shown.columns.map((c) => row[c] ? row[c].value : ""))];
  const text = lines.map((line) => line.map(guarded).join(",") + "\r\n").join("");
  const link = element("a", "", { download: (part("name").value || "answer") + ".csv" });
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function begin() {
  const listed = await (await fetch("/queries")).json();
  saved = new Map(listed.map((query) => [query.name, query]));
  for (const query of listed) part("name").append(element("option", query.title, { value: query.name }));
  const state = new URLSearchParams(location.hash.slice(1));
  if (saved.has(state.get("saved"))) part("name").value = state.get("saved");
  else if (state.has("query")) part("sparql").value = state.get("query");
  choose(state);
}

part("name").addEventListener("change", () => { clear(); part("status").textContent = ""; choose(); });
part("saved").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
part("own").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
part("csv").addEventListener("click", save);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(); }
});
begin();
