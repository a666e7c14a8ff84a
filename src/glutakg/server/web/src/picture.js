// Draws triples as a graph, to be moved with the mouse, by touch, or with buttons: shape by type, colour by predicate.
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { make } from "./elements.js";
import { compressed, shownTerm, shownText } from "./terms.js";
import { lang, words } from "./words.js";

cytoscape.use(fcose);

const MOST_EDGES = 400;
const LONGEST_LABEL = 70;
const ZOOM_STEP = 1.4;
const PADDING = 20;
const LARGEST_SCALE = 2.2;
const MOST_WITH_LARGE_LABELS = 80; // nodes and edges
const LABELS = ["http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label"];
const GK = "https://w3id.org/glutakg/ontology/";
const SHAPES = { Pool: "ellipse", Place: "barrel", Reaction: "diamond", Transport: "triangle", Claim: "round-rectangle", EvidenceItem: "tag", Publication: "rectangle", Conflict: "octagon", Class: "hexagon" };
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b5569a", "#b07d00", "#3c9fd6", "#7d7d7d"]; // after Okabe and Ito; the last is for all further ones

export async function picture(triples, summary, context) {
  const names = labels(triples);
  const joined = triples.filter(([, predicate, object]) => !(object.type === "literal" && LABELS.includes(predicate.value)));
  const drawnTriples = joined.slice(0, MOST_EDGES);
  const predicates = [...new Set(drawnTriples.map(([, predicate]) => predicate.value))];
  const colourOf = (iri) => COLOURS[Math.min(predicates.indexOf(iri), COLOURS.length - 1)];
  const terms = new Map();
  const id = (term) => {
    const key = `${term.type} ${term.value}`;
    terms.set(key, term);
    return key;
  };
  const edges = drawnTriples.map(([subject, predicate, object], number) => ({ data: { id: `edge ${number}`, source: id(subject), target: id(object), colour: colourOf(predicate.value) } }));
  const told = await kindsAndCells([...terms.values()], context);
  const name = (term) => names.get(term.value) ?? shownText(term, context);
  const short = (text) => (text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text);
  const cells = new Map();
  const kinds = new Map();
  const nodes = [...terms].map(([key, term]) => {
    const { kind, kindName, cell, cellName } = told.get(term.value) ?? {};
    if (kind && SHAPES[kind]) kinds.set(kind, kindName);
    if (cell) cells.set(cell, cellName);
    return { data: { id: key, label: short(name(term)), shape: term.type === "literal" ? "cut-rectangle" : (SHAPES[kind] ?? "ellipse"), parent: cell ? `cell ${cell}` : undefined }, classes: term.type };
  });
  const compounds = [...cells].map(([iri, cellName]) => ({ data: { id: `cell ${iri}`, label: cellName }, classes: "cell" }));
  const drawing = make("div", { class: "drawing", role: "img", "aria-label": `${words.pictureOf}: ${summary}` });
  const chosen = make("p", { class: "small faint", role: "status" }, words.chooseNode);
  let drawn = null;
  const zoom = (factor) => drawn?.zoom({ level: drawn.zoom() * factor, renderedPosition: { x: drawing.clientWidth / 2, y: drawing.clientHeight / 2 } });
  const button = (sign, told, act) => make("button", { type: "button", class: "quiet", title: told, "aria-label": told, on: { click: act } }, sign);
  const panel = make(
    "div",
    {},
    edges.length < joined.length ? make("p", { class: "small faint" }, words.tooManyToDraw(edges.length, joined.length)) : null,
    legend(predicates, colourOf, kinds, context),
    drawing,
    make(
      "div",
      { class: "actions" },
      button("+", words.nearer, () => zoom(ZOOM_STEP)),
      button("−", words.further, () => zoom(1 / ZOOM_STEP)),
      make("button", { type: "button", class: "quiet", on: { click: () => drawn?.fit(undefined, PADDING) } }, words.whole),
      chosen,
    ),
  );
  const draw = () => {
    drawn = drawnIn(drawing, [...compounds, ...nodes, ...edges]);
    drawn.on("tap", "node", (event) => {
      const term = terms.get(event.target.id());
      if (term) chosen.replaceChildren(shownTerm(term, context));
    });
    drawing.dataset.nodes = String(nodes.length);
    drawing.dataset.cells = String(compounds.length);
  };
  return { panel, draw };
}

// What each term is and in which cell, by the graph of this server.
async function kindsAndCells(terms, { root }) {
  const found = new Map();
  const iris = terms.filter((term) => term.type === "uri" && !/[\x00-\x20<>"{}|\\^`]/.test(term.value)).map((term) => `<${term.value}>`);
  if (!iris.length) return found;
  const query = `PREFIX gk: <${GK}> PREFIX obo: <http://purl.obolibrary.org/obo/> PREFIX skos: <${LABELS[0].replace("prefLabel", "")}>
    SELECT ?term ?kind ?kindName ?cell ?cellName WHERE { VALUES ?term { ${iris.join(" ")} }
      OPTIONAL { VALUES ?kind { ${Object.keys(SHAPES).filter((kind) => kind !== "Class").map((kind) => `gk:${kind}`).join(" ")} <http://www.w3.org/2002/07/owl#Class> } ?term a ?kind OPTIONAL { ?kind skos:prefLabel ?kindName FILTER(LANG(?kindName) = "${lang}") } }
      OPTIONAL { ?term (gk:atPlace|obo:BFO_0000066)/gk:inCell ?cell . ?cell skos:prefLabel ?cellName FILTER(LANG(?cellName) = "${lang}") } }`;
  try {
    const answer = await fetch(`${root}/sparql`, { method: "POST", headers: { Accept: "application/sparql-results+json" }, body: new URLSearchParams({ query }) });
    if (!answer.ok) return found;
    for (const row of (await answer.json()).results.bindings) {
      const kind = row.kind?.value.replace(/^.*[/#]/, "");
      found.set(row.term.value, { kind, kindName: row.kindName?.value ?? kind, cell: row.cell?.value, cellName: row.cellName?.value });
    }
  } catch {
    return found;
  }
  return found;
}

const SIGNS = { ellipse: "●", barrel: "▮", diamond: "◆", triangle: "▲", "round-rectangle": "▢", tag: "▶", rectangle: "■", octagon: "⯃", hexagon: "⬢" };

function legend(predicates, colourOf, kinds, context) {
  const line = (colour) => {
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 8", width: 24, height: 8, "aria-hidden": "true" })) drawn.setAttribute(key, value);
    const stroke = document.createElementNS(drawn.namespaceURI, "path");
    for (const [key, value] of Object.entries({ d: "M0 4H24", stroke: colour, "stroke-width": 4 })) stroke.setAttribute(key, value);
    drawn.append(stroke);
    return drawn;
  };
  return make(
    "ul",
    { class: "legend graph-legend", "aria-label": words.legend },
    ...predicates.map((iri) => make("li", {}, line(colourOf(iri)), " ", shownTerm({ type: "uri", value: iri }, context))),
    ...[...kinds].map(([kind, name]) => make("li", {}, make("span", { "aria-hidden": "true" }, SIGNS[SHAPES[kind]] ?? "●"), " ", name)),
  );
}

// The names of things by IRI, in the language of the page where there is one, else in English.
function labels(triples) {
  const names = new Map();
  for (const property of LABELS) {
    for (const [subject, predicate, object] of triples) {
      if (predicate.value !== property || object.type !== "literal") continue;
      if (object["xml:lang"] === lang) names.set(subject.value, object.value);
    }
  }
  return names;
}

function drawnIn(container, elements) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const ownSheet = "__________cytoscape_stylesheet"; // cytoscape writes its style into the page unless it finds this
  if (!document.getElementById(ownSheet)) document.head.append(make("meta", { id: ownSheet }));
  const layout = { name: "fcose", quality: "proof", animate: false, padding: PADDING, nodeDimensionsIncludeLabels: true, idealEdgeLength: 60, nodeRepulsion: 6000, nodeSeparation: 60 };
  const drawn = cytoscape({
    container,
    elements,
    userZoomingEnabled: false, // the wheel and two fingers are for the page; buttons zoom
    layout,
    style: [
      { selector: "node", style: { label: "data(label)", shape: "data(shape)", color: colour("text"), "background-color": colour("accent"), "font-size": 13, "text-wrap": "wrap", "text-max-width": 140, "text-valign": "bottom", "text-margin-y": 4, "text-background-color": colour("ground"), "text-background-opacity": 0.75, width: 20, height: 20 } },
      { selector: "node.literal", style: { "background-color": colour("besides") } },
      { selector: "node.cell", style: { shape: "round-rectangle", "background-color": colour("raised"), "border-color": colour("line"), "border-width": 1, "text-valign": "top", "text-margin-y": -4, "font-weight": 700, padding: 14 } },
      { selector: "node:selected", style: { "border-width": 4, "border-color": colour("text") } },
      { selector: "edge", style: { width: 2, "line-color": "data(colour)", "target-arrow-color": "data(colour)", "target-arrow-shape": "triangle", "curve-style": "bezier" } },
    ],
  });
  drawn.fit(undefined, PADDING);
  if (elements.length <= MOST_WITH_LARGE_LABELS) {
    const scale = Math.min(LARGEST_SCALE, Math.max(1, 1 / drawn.zoom())); // readable where the picture is made small
    drawn.nodes().style({ "font-size": 13 * scale, "text-max-width": 120 * scale });
    drawn.nodes(":childless").style({ width: 20 * scale, height: 20 * scale });
    drawn.edges().style({ width: 2 * scale, "arrow-scale": scale });
    drawn.layout({ ...layout, randomize: false }).run(); // larger labels need more room
    drawn.fit(undefined, PADDING);
  }
  return drawn;
}
