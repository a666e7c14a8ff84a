// The query page: the editor of YASGUI with completion from our own terms, the catalogue, and results.
import "@zazuko/yasqe/build/yasqe.min.css";
import Yasqe from "@zazuko/yasqe";
import { choose, chosen, filterCatalogue, parameterValues, showParameters } from "./catalogue.js";
import { completers } from "./completion.js";
import { showAfter, showNote, showProblem, showResult, showWhyEmpty } from "./results.js";
import { words } from "./words.js";

const pageElement = document.getElementById("query-page");
const root = pageElement.dataset.root;
const prefixes = JSON.parse(pageElement.dataset.prefixes);
const progress = document.getElementById("progress");
const result = document.getElementById("result");
const after = document.getElementById("after");
const runButton = document.getElementById("run");
const cancelButton = document.getElementById("cancel");
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const FIRST = `PREFIX gk: <${prefixes.gk}>
PREFIX gkd: <${prefixes.gkd}>
PREFIX skos: <${prefixes.skos}>

SELECT ?nutrient ?name
WHERE {
  ?nutrient gk:protectsAgainst gkd:excitotoxicity ;
    skos:prefLabel ?name .
  FILTER(LANG(?name) = "${document.documentElement.lang}")
}
ORDER BY ?name
`;

const GRAPHS = ["default-graph-uri", "named-graph-uri"];

let running = null;
let graphs = ""; // of the address, where this page was opened at /sparql

const yasqe = new Yasqe(document.getElementById("editor"), {
  autocompleters: completers(Yasqe, root, prefixes),
  collapsePrefixesOnLoad: false,
  consumeShareLink: null,
  createShareableLink: null,
  persistenceId: null,
  prefixCcApi: null,
  resizeable: false,
  screenReaderLabel: words.editor,
  showQueryButton: false,
  value: FIRST,
  extraKeys: {
    "Ctrl-Enter": () => run(),
    "Cmd-Enter": () => run(),
    "Ctrl-Space": () => yasqe.autocomplete(),
    Tab: false,
    "Shift-Tab": false,
  },
});
const notify = yasqe.showNotification.bind(yasqe);
yasqe.showNotification = (key, message) => notify(key, words.notifications[message] ?? message);
const scroller = document.querySelector("#editor .CodeMirror-scroll");
for (const [name, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": words.scroll })) {
  scroller.setAttribute(name, value);
}
document.querySelectorAll("#editor textarea").forEach((area) => area.setAttribute("aria-label", words.editor));

const isAsInCatalogue = () => chosen() !== null && yasqe.getValue().trim() === chosen().text.trim();

// what is asked: a catalogue query with its parameters as long as its text stands unchanged, else the text
function asked() {
  const text = yasqe.getValue();
  return isAsInCatalogue() ? { name: chosen().name, text, parameters: parameterValues() } : { text, graphs };
}

yasqe.on("change", () => showParameters(isAsInCatalogue()));

function request(question, accept, signal) {
  if (question.name) {
    const fields = new URLSearchParams(question.parameters);
    return fetch(`${root}/queries/${question.name}?${fields}`, { headers: { Accept: accept }, signal });
  }
  const body = new URLSearchParams({ query: question.text });
  return fetch(`${root}/sparql${question.graphs && `?${question.graphs}`}`, { method: "POST", headers: { Accept: accept }, body, signal });
}

async function run() {
  running?.abort();
  const stop = (running = new AbortController());
  const question = asked();
  const began = performance.now();
  const passed = () => {
    const milliseconds = performance.now() - began;
    return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  };
  const fields = question.name ? { name: question.name, ...question.parameters } : { query: question.text };
  history.replaceState(null, "", `#${new URLSearchParams(fields)}`); // unlike a new location, this loads nothing anew
  result.replaceChildren();
  after.replaceChildren();
  cancelButton.disabled = false;
  progress.textContent = words.running;
  const clock = setInterval(() => (progress.textContent = `${words.running} ${Math.round((performance.now() - began) / 1000)} s`), 1000);
  try {
    const answer = await request(question, ACCEPT, stop.signal);
    const text = await answer.text();
    progress.textContent = "";
    if (!answer.ok) {
      showProblem(result, answer, text, yasqe);
      return;
    }
    const kind = (answer.headers.get("content-type") ?? "").includes("json") ? "rows" : "graph";
    const shown = showResult(result, kind, text, { root, prefixes });
    showNote(result, answer);
    progress.textContent = `${shown.summary} ${words.after} ${passed()}`;
    showAfter(after, question, shown.kind, { root, request });
    if (shown.isEmpty) await showWhyEmpty(result, question, { root, signal: stop.signal });
  } catch (error) {
    if (error.name === "AbortError") {
      if (running === stop) progress.textContent = words.cancelled;
    } else {
      progress.textContent = words.noAnswer;
    }
  } finally {
    clearInterval(clock);
    if (running === stop) {
      running = null;
      cancelButton.disabled = true;
    }
  }
}

async function load(name, values = {}) {
  const text = await choose(name, values, root);
  if (text !== null) {
    yasqe.setValue(text);
    const start = text.split("\n").findIndex((line) => line && !line.startsWith("#"));
    yasqe.scrollTo(0, yasqe.heightAtLine(Math.max(0, start), "local")); // what it asks stands above the editor
  }
  return text !== null;
}

async function fromAddress() {
  const fields = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const { name, query, ...values } = fields;
  const sent = new URLSearchParams(location.search);
  graphs = new URLSearchParams([...sent].filter(([field, value]) => GRAPHS.includes(field) && value)).toString();
  if (query) {
    await choose(null);
    yasqe.setValue(query);
  } else if (!name && sent.get("query")) {
    await choose(null);
    yasqe.setValue(sent.get("query").replace(/^\ufeff/, ""));
    const named = [...new URLSearchParams(graphs)].map(([field, graph]) => `${field}=${graph}`);
    if (named.length) document.getElementById("question").textContent = `${words.asked} ${named.join(", ")}`;
    run();
  } else if (name && (await load(name, values))) {
    run();
  }
}

runButton.addEventListener("click", run);
cancelButton.addEventListener("click", () => running?.abort());
document.getElementById("new").addEventListener("click", () => {
  choose(null);
  yasqe.setValue(FIRST);
  result.replaceChildren();
  after.replaceChildren();
  progress.textContent = "";
  yasqe.focus();
});
document.getElementById("parameters").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
filterCatalogue(async (name) => {
  if (!(await load(name))) return;
  run();
  const heading = document.getElementById("editor-heading");
  const { top } = heading.getBoundingClientRect();
  if (top < 0 || top > window.innerHeight / 2) heading.scrollIntoView(); // on a narrow screen it is far below
});
window.addEventListener("hashchange", fromAddress);
fromAddress();
