// Shows answers: rows, yes or no, a graph, a problem, why nothing was found, and what to do next.
import { chart, hasChart } from "./chart.js";
import { code } from "./code.js";
import { make } from "./elements.js";
import { resultTable } from "./table.js";
import { fetchLabels } from "./terms.js";
import { readTriples } from "./triples.js";
import { lang, words } from "./words.js";

const MOST_CHARACTERS = 100_000;
const MOST_LABELLED = 300; // rows whose labels are there at once; those of others come with their page

export async function showResult(place, kind, text, context) {
  if (kind === "graph") return showGraph(place, text, context);
  const answer = JSON.parse(text);
  const raw = [words.response, () => ({ panel: response(text) })];
  if ("boolean" in answer) {
    const told = answer.boolean ? words.yes : words.no;
    showViews(place, [[words.answer, () => ({ panel: make("p", { class: "boolean" }, told) })], raw]);
    return { kind: "boolean", isEmpty: !answer.boolean, summary: told };
  }
  const names = answer.head.vars;
  const rows = answer.results.bindings.map((row) => names.map((name) => row[name]));
  await fetchLabels(rows.slice(0, MOST_LABELLED).flat(), context);
  const ready = document.getElementById("answer-chart") && chart();
  const drawn = hasChart(names, rows) ? [[words.chart, () => ({ panel: ready ?? chart() })]] : [];
  if (rows.length) showViews(place, [[words.table, () => ({ panel: resultTable(names, rows, context) })], ...drawn, raw]);
  else place.replaceChildren(make("p", {}, words.empty));
  return { kind: "rows", isEmpty: rows.length === 0, summary: counted(rows.length, words.row, words.rows) };
}

const counted = (number, one, several) => `${number.toLocaleString(lang)} ${number === 1 ? one : several}`;

async function showGraph(place, text, context) {
  const triples = readTriples(text);
  const summary = counted(triples.length, words.triple, words.triples);
  if (triples.length) {
    await fetchLabels(triples.flat(), context);
    const { picture } = await import("./picture.js");
    const drawing = await picture(triples, summary, context);
    showViews(place, [
      [words.picture, () => drawing],
      [words.table, () => ({ panel: resultTable([words.subject, words.predicate, words.object], triples, context) })],
      [words.response, () => ({ panel: response(text) })],
    ]);
  } else {
    place.replaceChildren(make("p", {}, words.empty));
  }
  return { kind: "graph", isEmpty: triples.length === 0, summary };
}

// Several views of one answer, the first shown at once and each made when it is first wanted.
function showViews(place, views) {
  const shown = make("div");
  const made = new Map();
  const show = (wanted) => {
    buttons.forEach((button, number) => button.setAttribute("aria-pressed", String(number === wanted)));
    const isNew = !made.has(wanted);
    if (isNew) made.set(wanted, views[wanted][1]());
    const { panel, draw } = made.get(wanted);
    shown.replaceChildren(panel);
    if (isNew) draw?.();
  };
  const buttons = views.map(([name], number) => make("button", { type: "button", class: "quiet", on: { click: () => show(number) } }, name));
  place.replaceChildren(make("div", { class: "actions", role: "group", "aria-label": words.view }, ...buttons), shown);
  show(0);
}

function response(text) {
  const cut = text.length > MOST_CHARACTERS ? make("p", { class: "small faint" }, words.cutResponse(MOST_CHARACTERS, text.length)) : null;
  return make("div", {}, cut, make("pre", { class: "response", tabindex: "0", role: "region", "aria-label": words.response }, text.slice(0, MOST_CHARACTERS)));
}

// What the server says of an answer that may not be as it seems, in the language of the page.
export function showNote(place, answer) {
  const note = answer.headers.get(lang === "en" ? "Glutakg-Note" : `Glutakg-Note-${lang}`);
  if (note) place.prepend(make("p", { class: "note", role: "note" }, decodeURIComponent(note)));
}

// The server tells what is wrong, in English and mostly in the language of the page; line and column stand in it.
export function showProblem(place, answer, text, editor = null) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    told = { detail: `HTTP ${answer.status}` };
  }
  const limit = told.limit ? make("p", { class: "small" }, `${words.limit}: ${Number(told.limit).toLocaleString(lang)}`) : null;
  place.replaceChildren(
    make(
      "div",
      { class: "problem", role: "alert" },
      make("h3", {}, words.fault),
      make("p", { lang: told.sentence?.[lang] || lang === "en" ? null : "en" }, told.sentence?.[lang] ?? told.detail),
      limit,
      make("p", { class: "small faint" }, `${answer.status} ${told.reason ?? ""}`),
    ),
  );
  if (told.line) editor?.setCursor({ line: told.line - 1, ch: Math.max(0, (told.column ?? 1) - 1) });
}

export async function showWhyEmpty(place, question, { root, signal }) {
  const told = make("div", { class: "why-empty", role: "status" }, make("p", {}, words.looking));
  place.append(told);
  const body = new URLSearchParams({ query: question.text });
  for (const [field, value] of new URLSearchParams(question.graphs)) body.append(field, value);
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
  const server = new URL(`${root}/`, location.href).href.replace(/\/$/, "");
  const downloads = Object.entries(FORMATS[kind]).map(([name, [accept, ending]]) =>
    make("button", { type: "button", class: "quiet", on: { click: () => download(question, accept, ending, request, failed) } }, name),
  );
  const failed = make("div");
  const link = make("input", { type: "text", readonly: true, id: "link", value: location.href, "aria-label": words.link });
  place.replaceChildren(
    make("div", { class: "actions", role: "group", "aria-label": words.download }, make("span", {}, `${words.download}:`), ...downloads),
    failed,
    make("div", { class: "actions link" }, make("label", { for: "link" }, words.link), link, copyButton(() => link.value)),
    make("details", {}, make("summary", {}, `${words.code}: curl, Python, R`), make("div", { class: "inside" }, ...Object.entries(code(question, kind, server)).map(([name, text]) => make("div", {}, make("h3", {}, name), make("pre", { tabindex: "0" }, text), copyButton(() => text))))),
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

async function download(question, accept, ending, request, failed) {
  failed.replaceChildren();
  try {
    const answer = await request(question, accept);
    if (!answer.ok) {
      showProblem(failed, answer, await answer.text());
      return;
    }
    const address = URL.createObjectURL(await answer.blob());
    make("a", { href: address, download: `${question.name ?? "glutakg"}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch {
    failed.replaceChildren(make("p", { role: "alert" }, words.noAnswer));
  }
}
