// Shows answers: a table, yes or no, a picture of a graph, a problem, why nothing was found, and what to do next.
import cytoscape from "cytoscape";
import { make } from "./elements.js";
import { readTriples } from "./triples.js";
import { lang, words } from "./words.js";

const MOST_ROWS = 1000;
const MOST_EDGES = 400;
const OURS = "https://w3id.org/glutakg/";
const LABELS = ["http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label"];

export function showResult(place, kind, text, context) {
  if (kind === "graph") return showGraph(place, readTriples(text), context);
  const answer = JSON.parse(text);
  if ("boolean" in answer) {
    const told = answer.boolean ? words.yes : words.no;
    place.replaceChildren(make("p", { class: "boolean" }, told));
    return { kind: "boolean", isEmpty: !answer.boolean, summary: told };
  }
  const names = answer.head.vars;
  const rows = answer.results.bindings;
  const cells = rows.slice(0, MOST_ROWS).map((row) => names.map((name) => row[name]));
  place.replaceChildren(...(rows.length ? [cutNote(cells.length, rows.length), table(names, cells, context)] : [make("p", {}, words.empty)]).filter(Boolean));
  return { kind: "rows", isEmpty: rows.length === 0, summary: counted(rows.length, words.row, words.rows) };
}

const counted = (number, one, several) => `${number.toLocaleString(lang)} ${number === 1 ? one : several}`;
const cutNote = (shown, all) => (shown < all ? make("p", { class: "small faint" }, words.tooMany(shown, all)) : null);

function table(names, rows, context) {
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
  const body = rows.map((row) => make("tr", {}, ...row.map((term) => make("td", {}, cell(term, context)))));
  const made = make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
  return make("div", { class: "scroll result-table", tabindex: "0", role: "region", "aria-label": words.resultTable }, made);
}

function cell(term, context) {
  if (!term) return "";
  if (term.type !== "uri") return term["xml:lang"] ? make("span", { lang: term["xml:lang"] }, term.value) : term.value;
  const short = compressed(term.value, context.prefixes);
  if (/^https:\/\/w3id\.org\/glutakg\/(data|ontology)\/./.test(term.value)) {
    const path = term.value.slice(OURS.length).split("/").map(encodeURIComponent).join("/");
    return make("a", { href: `${context.root}/${path}?lang=${lang}`, title: term.value }, short);
  }
  if (/^https?:\/\//.test(term.value)) return make("a", { href: term.value, rel: "noreferrer external", title: term.value }, short);
  return short;
}

function compressed(iri, prefixes) {
  let best = null;
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && iri.length > start.length && (!best || start.length > best[1].length)) best = [prefix, start];
  }
  return best ? `${best[0]}:${iri.slice(best[1].length)}` : iri;
}

function showGraph(place, triples, context) {
  const summary = counted(triples.length, words.triple, words.triples);
  if (!triples.length) {
    place.replaceChildren(make("p", {}, words.empty));
    return { kind: "graph", isEmpty: true, summary };
  }
  const shown = triples.slice(0, MOST_ROWS);
  const drawing = make("div", { class: "drawing", role: "img", "aria-label": `${words.pictureOf}: ${summary}` });
  const listed = make("div", { hidden: true }, cutNote(shown.length, triples.length), table([words.subject, words.predicate, words.object], shown, context));
  const tabs = [
    [words.picture, drawing],
    [words.table, listed],
  ];
  const buttons = tabs.map(([name, panel], number) =>
    make(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-pressed": String(number === 0),
        on: {
          click: () => {
            buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === number)));
            tabs.forEach(([, each]) => (each.hidden = each !== panel));
          },
        },
      },
      name,
    ),
  );
  place.replaceChildren(make("div", { class: "actions" }, ...buttons), drawing, listed);
  draw(drawing, triples, context);
  return { kind: "graph", isEmpty: false, summary };
}

function draw(place, triples, context) {
  const names = new Map();
  for (const property of LABELS) {
    for (const [subject, predicate, object] of triples) {
      if (predicate.value !== property || object.type !== "literal") continue;
      const language = object["xml:lang"];
      if (language === lang || (!names.has(subject.value) && (!language || language === "en"))) names.set(subject.value, object.value);
    }
  }
  const joined = triples.filter(([, predicate, object]) => !(object.type === "literal" && LABELS.includes(predicate.value)));
  const nodes = new Map();
  const id = (term) => {
    const key = `${term.type} ${term.value}`;
    if (!nodes.has(key)) {
      const name = term.type === "uri" ? (names.get(term.value) ?? compressed(term.value, context.prefixes)) : term.value;
      nodes.set(key, { data: { id: key, label: name.length > 60 ? `${name.slice(0, 59)}…` : name }, classes: term.type });
    }
    return key;
  };
  const edges = joined.slice(0, MOST_EDGES).map(([subject, predicate, object], number) => ({
    data: { id: `edge ${number}`, source: id(subject), target: id(object), label: compressed(predicate.value, context.prefixes) },
  }));
  const cut = cutNote(edges.length, joined.length);
  if (cut) place.before(cut);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const animate = false;
  const ownSheet = "__________cytoscape_stylesheet"; // cytoscape writes its style into the page unless it finds this
  if (!document.getElementById(ownSheet)) document.head.append(make("meta", { id: ownSheet }));
  cytoscape({
    container: place,
    elements: [...nodes.values(), ...edges],
    layout: { name: edges.length > 150 ? "concentric" : "cose", animate, padding: 30, nodeDimensionsIncludeLabels: true, nodeRepulsion: () => 200000, idealEdgeLength: () => 70, componentSpacing: 60, numIter: 1500, randomize: true },
    style: [
      { selector: "node", style: { label: "data(label)", color: colour("text"), "background-color": colour("accent"), "font-size": 12, "text-wrap": "wrap", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18 } },
      { selector: "node.literal", style: { shape: "rectangle", "background-color": colour("besides") } },
      { selector: "edge", style: { label: "data(label)", color: colour("faint"), "font-size": 9, width: 1.5, "line-color": colour("line"), "target-arrow-color": colour("faint"), "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate" } },
    ],
  }).ready(() => (place.dataset.nodes = String(nodes.size)));
}

export function showProblem(place, answer, text, yasqe) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    told = { detail: `HTTP ${answer.status}` };
  }
  const facts = [];
  if (told.line) facts.push(`${words.line} ${told.line}, ${words.column} ${told.column}`);
  if (told.limit) facts.push(`${words.limit}: ${Number(told.limit).toLocaleString(lang)}`);
  place.replaceChildren(
    make(
      "div",
      { class: "problem", role: "alert" },
      make("h3", {}, words.fault),
      make("p", {}, told.detail),
      facts.length ? make("p", { class: "small" }, facts.join(" · ")) : null,
      make("p", { class: "small faint" }, `${answer.status} ${told.reason ?? ""}`),
    ),
  );
  if (told.line) yasqe.setCursor({ line: told.line - 1, ch: Math.max(0, (told.column ?? 1) - 1) });
}

export async function showWhyEmpty(place, question, { root, signal }) {
  const told = make("div", { class: "why-empty", role: "status" }, make("p", {}, words.looking));
  place.append(told);
  const body = new URLSearchParams(question.name ? { name: question.name, ...question.parameters } : { query: question.text });
  const answer = await fetch(`${root}/why-empty`, { method: "POST", headers: { Accept: "application/json" }, body, signal });
  if (!answer.ok) {
    told.remove();
    return;
  }
  const reasons = await answer.json();
  told.replaceChildren(make("ul", {}, ...reasons.map((reason) => make("li", {}, reason.sentence[lang]))));
}

const FORMATS = {
  rows: { JSON: ["application/sparql-results+json", "srj"], XML: ["application/sparql-results+xml", "srx"], CSV: ["text/csv", "csv"], TSV: ["text/tab-separated-values", "tsv"] },
  graph: { Turtle: ["text/turtle", "ttl"], "N-Triples": ["application/n-triples", "nt"], "JSON-LD": ["application/ld+json", "jsonld"], "RDF/XML": ["application/rdf+xml", "rdf"] },
};
FORMATS.boolean = { JSON: FORMATS.rows.JSON, XML: FORMATS.rows.XML };

export function showAfter(place, question, kind, { root, request }) {
  const downloads = Object.entries(FORMATS[kind]).map(([name, [accept, ending]]) =>
    make("button", { type: "button", class: "quiet", on: { click: () => download(question, accept, ending, request) } }, name),
  );
  const link = make("input", { type: "text", readonly: true, id: "link", value: location.href, "aria-label": words.link });
  place.replaceChildren(
    make("div", { class: "actions", role: "group", "aria-label": words.download }, make("span", {}, `${words.download}:`), ...downloads),
    make("div", { class: "actions link" }, make("label", { for: "link" }, words.link), link, copyButton(() => link.value)),
    make("details", {}, make("summary", {}, `${words.code}: curl, Python, R`), make("div", { class: "inside" }, ...Object.entries(code(question, kind, root)).map(([name, text]) => make("div", {}, make("h3", {}, name), make("pre", { tabindex: "0" }, text), copyButton(() => text))))),
  );
}

function copyButton(text) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text()); // only where the page came over TLS or from this machine
      button.textContent = words.copied;
    } catch {
      button.textContent = words.notCopied;
    }
  };
  const button = make("button", { type: "button", class: "quiet", on: { click: copy } }, words.copy);
  return button;
}

async function download(question, accept, ending, request) {
  const answer = await request(question, accept);
  if (!answer.ok) return;
  const address = URL.createObjectURL(await answer.blob());
  make("a", { href: address, download: `${question.name ?? "glutakg"}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function code(question, kind, root) {
  const accept = { rows: "text/csv", graph: "text/turtle", boolean: "application/sparql-results+json" }[kind];
  const server = new URL(`${root}/`, location.href).href.replace(/\/$/, "");
  const reads = { rows: "table = pandas.read_csv(io.BytesIO(answer))", graph: 'graph = rdflib.Graph().parse(answer, format="turtle")', boolean: "print(json.loads(answer)[\"boolean\"])" }[kind];
  const imports = { rows: "import io\nimport urllib.parse\nimport urllib.request\n\nimport pandas", graph: "import urllib.parse\nimport urllib.request\n\nimport rdflib", boolean: "import json\nimport urllib.parse\nimport urllib.request" }[kind];
  const inR = { rows: "table <- read.csv(text = httr::content(answer, \"text\", encoding = \"UTF-8\"))", graph: "turtle <- httr::content(answer, \"text\", encoding = \"UTF-8\")", boolean: "httr::content(answer, \"parsed\", type = \"application/json\")$boolean" }[kind];
  if (question.name) {
    const fields = new URLSearchParams(question.parameters).toString();
    const address = `${server}/queries/${question.name}${fields ? `?${fields}` : ""}`;
    return {
      curl: `curl -H 'Accept: ${accept}' '${address}'`,
      Python: `${imports}\n\nrequest = urllib.request.Request(\n    ${JSON.stringify(address)},\n    headers={"Accept": "${accept}"},\n)\nanswer = urllib.request.urlopen(request).read()\n${reads}`.replace("import urllib.parse\n", ""),
      R: `answer <- httr::GET(${JSON.stringify(address)}, httr::accept("${accept}"))\nhttr::stop_for_status(answer)\n${inR}`,
    };
  }
  const text = question.text.trimEnd();
  return {
    curl: `curl -H 'Accept: ${accept}' --data-urlencode 'query=${text.replaceAll("'", `'\\''`)}' '${server}/sparql'`,
    Python: `${imports}\n\nquery = ${JSON.stringify(text).replaceAll("\\n", '\\n"\n    "').replace(/^/, "(\n    ")}\n)\nrequest = urllib.request.Request(\n    "${server}/sparql",\n    data=urllib.parse.urlencode({"query": query}).encode(),\n    headers={"Accept": "${accept}"},\n)\nanswer = urllib.request.urlopen(request).read()\n${reads}`,
    R: `query <- ${JSON.stringify(text).replaceAll("\\n", "\n")}\nanswer <- httr::POST("${server}/sparql", httr::accept("${accept}"), body = list(query = query), encode = "form")\nhttr::stop_for_status(answer)\n${inR}`,
  };
}
