// Draws triples as a graph, to be moved with the mouse, by touch, or with buttons.
import cytoscape from "cytoscape";
import { make } from "./elements.js";
import { compressed, shownTerm, shownText } from "./terms.js";
import { lang, words } from "./words.js";

const MOST_EDGES = 400;
const LONGEST_LABEL = 60;
const ZOOM_STEP = 1.4;
const LARGEST_SCALE = 1.8;
const MOST_WITH_LARGE_LABELS = 60; // nodes and edges
const PADDING = 20;
const LABELS = ["http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label"];

export function picture(triples, summary, context) {
  const names = labels(triples);
  const joined = triples.filter(([, predicate, object]) => !(object.type === "literal" && LABELS.includes(predicate.value)));
  const terms = new Map();
  const id = (term) => {
    const key = `${term.type} ${term.value}`;
    terms.set(key, term);
    return key;
  };
  const edges = joined.slice(0, MOST_EDGES).map(([subject, predicate, object], number) => ({
    data: { id: `edge ${number}`, source: id(subject), target: id(object), label: compressed(predicate.value, context.prefixes) },
  }));
  const nodes = [...terms].map(([key, term]) => {
    const name = names.get(term.value) ?? shownText(term, context.prefixes);
    return { data: { id: key, label: name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1)}…` : name }, classes: term.type };
  });
  const drawing = make("div", { class: "drawing", role: "img", "aria-label": `${words.pictureOf}: ${summary}` });
  const chosen = make("p", { class: "small faint", role: "status" }, words.chooseNode);
  let drawn = null;
  const zoom = (factor) => drawn?.zoom({ level: drawn.zoom() * factor, renderedPosition: { x: drawing.clientWidth / 2, y: drawing.clientHeight / 2 } });
  const button = (sign, name, act) => make("button", { type: "button", class: "quiet", title: name, "aria-label": name, on: { click: act } }, sign);
  const panel = make(
    "div",
    {},
    edges.length < joined.length ? make("p", { class: "small faint" }, words.tooManyToDraw(edges.length, joined.length)) : null,
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
    drawn = drawnIn(drawing, [...nodes, ...edges]);
    drawn.on("tap", "node", (event) => {
      const term = terms.get(event.target.id());
      const name = names.get(term.value);
      chosen.replaceChildren(...(name ? [`${name}: `] : []), shownTerm(term, context));
    });
    drawing.dataset.nodes = String(nodes.length);
  };
  return { panel, draw };
}

// The names of things by IRI, in the language of the page where there is one, else in English.
function labels(triples) {
  const names = new Map();
  for (const property of LABELS) {
    for (const [subject, predicate, object] of triples) {
      if (predicate.value !== property || object.type !== "literal") continue;
      const language = object["xml:lang"];
      if (language === lang || (!names.has(subject.value) && (!language || language === "en"))) names.set(subject.value, object.value);
    }
  }
  return names;
}

function drawnIn(container, elements) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const ownSheet = "__________cytoscape_stylesheet"; // cytoscape writes its style into the page unless it finds this
  if (!document.getElementById(ownSheet)) document.head.append(make("meta", { id: ownSheet }));
  const isLarge = elements.filter((each) => each.data.source).length > 150;
  const drawn = cytoscape({
    container,
    elements,
    userZoomingEnabled: false, // the wheel and two fingers are for the page; buttons zoom
    layout: { name: isLarge ? "concentric" : "cose", animate: false, padding: PADDING, nodeDimensionsIncludeLabels: true, nodeRepulsion: () => 100000, idealEdgeLength: () => 60, componentSpacing: 60, numIter: 1500, randomize: true },
    style: [
      { selector: "node", style: { label: "data(label)", color: colour("text"), "background-color": colour("accent"), "font-size": 12, "text-wrap": "wrap", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18 } },
      { selector: "node.literal", style: { shape: "rectangle", "background-color": colour("besides") } },
      { selector: "node:selected", style: { "border-width": 4, "border-color": colour("text") } },
      { selector: "edge", style: { label: "data(label)", color: colour("faint"), "font-size": 9, width: 1.5, "line-color": colour("line"), "target-arrow-color": colour("faint"), "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate" } },
    ],
  });
  fillPlace(drawn);
  if (elements.length <= MOST_WITH_LARGE_LABELS) {
    const scale = Math.min(LARGEST_SCALE, Math.max(1, 1 / drawn.zoom())); // readable where the picture is made small
    drawn.nodes().style({ "font-size": 12 * scale, "text-max-width": 130 * scale });
    drawn.edges().style({ "font-size": 9 * scale });
  }
  return drawn;
}

// The layouts are about as wide as high; drawn out to the form of their place, labels stand less in each other's way.
function fillPlace(drawn) {
  const { x1, y1, w, h } = drawn.nodes().boundingBox({ includeLabels: false });
  const stretch = (drawn.width() / drawn.height()) * (h / w);
  if (Number.isFinite(stretch) && stretch > 0) {
    drawn.nodes().positions((node) => {
      const { x, y } = node.position();
      return stretch > 1 ? { x: x1 + (x - x1) * Math.min(stretch, 3), y } : { x, y: y1 + (y - y1) * Math.min(1 / stretch, 3) };
    });
  }
  drawn.fit(undefined, PADDING);
}
