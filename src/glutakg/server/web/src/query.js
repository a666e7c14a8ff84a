// The query page: the text runs as it stands, and its answer stands beside it. The editor comes in a piece of its own.
import "@zazuko/yasqe/build/yasqe.min.css";
import { suggestTerms, valuesIn } from "./parameters.js";
import { showAfter, showNote, showProblem, showResult, showWhyEmpty } from "./results.js";
import { lang, words } from "./words.js";

const pageElement = document.getElementById("query-page");
const { root, name: ownName } = pageElement.dataset;
const prefixes = JSON.parse(pageElement.dataset.prefixes);
const lines = JSON.parse(pageElement.dataset.lines);
const place = document.getElementById("editor");
const form = document.getElementById("parameters");
const progress = document.getElementById("progress");
const result = document.getElementById("result");
const after = document.getElementById("after");
const changed = document.getElementById("changed");
const cancelButton = document.getElementById("cancel");
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const LONGEST_ADDRESS = 30_000; // characters; the server takes 60,000 bytes
const GRAPHS = ["default-graph-uri", "named-graph-uri"];

const sent = new URLSearchParams(location.search);
const graphs = new URLSearchParams([...sent].filter(([field, value]) => GRAPHS.includes(field) && value)).toString();
const own = place.querySelector("textarea").value; // as the server wrote it
const context = { root, prefixes, labels: new Map(), heads: JSON.parse(pageElement.dataset.heads), judgements: JSON.parse(pageElement.dataset.judgements) };
let editor = null;
let running = null;

const text = () => editor?.getValue() ?? place.querySelector("textarea").value;

// What is asked: the text, which may be that of a catalogue query with values for its parameters.
function asked() {
  const now = text();
  const parameters = ownName && !graphs ? valuesIn(now, own, lines) : null;
  return parameters ? { name: ownName, parameters, text: now, graphs } : { text: now, graphs };
}

function addressOf(question) {
  if (question.name) return `${root}/queries/${question.name}?${new URLSearchParams({ ...question.parameters, lang })}`;
  const fields = new URLSearchParams({ query: question.text });
  const address = `${root}${graphs ? "/sparql" : "/query"}?${graphs ? `${graphs}&` : ""}${fields}&lang=${lang}`;
  return address.length < LONGEST_ADDRESS ? address : null;
}

function showParameters(question) {
  if (!form) return;
  form.hidden = !question.name;
  changed.hidden = Boolean(question.name);
  changed.textContent = question.name ? "" : words.changed;
  for (const [name, value] of Object.entries(question.parameters ?? {})) {
    const field = form.elements.namedItem(name);
    if (field && text() !== own) field.value = value;
  }
}

// The address, the switch of language and the question about rules follow the text that ran.
function follow(address) {
  if (!address) return;
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  for (const link of document.querySelectorAll("a[hreflang]")) {
    const other = new URL(address, location.href);
    other.searchParams.set("lang", link.hreflang);
    link.href = other;
  }
  const rules = document.getElementById("rewritten");
  if (rules) rules.href = `${address}&show=rewritten`;
}

function request(question, accept, signal) {
  const body = new URLSearchParams({ query: question.text });
  return fetch(`${root}/sparql${question.graphs && `?${question.graphs}`}`, { method: "POST", headers: { Accept: accept }, body, signal });
}

// `isFirst` where the server has put the answer into the page already: it stays until it can be sorted and filtered.
async function run(isFirst = false) {
  running?.abort();
  const stop = (running = new AbortController());
  const question = asked();
  const began = performance.now();
  const passed = () => {
    const milliseconds = performance.now() - began;
    return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  };
  if (!isFirst) {
    follow(addressOf(question));
    pageElement.classList.remove("is-bare");
    pageElement.querySelector("details.chooser").open = false;
    result.replaceChildren();
    after.replaceChildren();
    progress.textContent = words.running;
  }
  cancelButton.hidden = false;
  const clock = setInterval(() => (progress.textContent = `${words.running} ${Math.round((performance.now() - began) / 1000)} s`), 1000);
  try {
    const answer = await request(question, ACCEPT, stop.signal);
    const told = await answer.text();
    if (!answer.ok) {
      progress.textContent = "";
      showProblem(result, answer, told, editor);
      return;
    }
    const kind = (answer.headers.get("content-type") ?? "").includes("json") ? "rows" : "graph";
    const shown = await showResult(result, kind, told, context);
    showNote(result, answer);
    progress.textContent = isFirst ? shown.summary : `${shown.summary} ${words.after} ${passed()}`;
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
      cancelButton.hidden = true;
    }
  }
}

function filterCatalogue() {
  const list = document.getElementById("catalogue");
  const input = document.getElementById("filter");
  const status = document.getElementById("filter-status");
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    for (const item of list.children) {
      item.hidden = !wanted.every((word) => item.dataset.find.includes(word));
      number += item.hidden ? 0 : 1;
    }
    status.textContent = words.filtered(number);
  });
}

// Links of earlier releases have the query after #.
function fromOldAddress() {
  const { name, query, ...values } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (name) location.replace(`${root}/queries/${encodeURIComponent(name)}?${new URLSearchParams({ lang, ...values })}`);
  else if (query) place.querySelector("textarea").value = query;
  return Boolean(name);
}

async function loadEditor() {
  const { editorFor } = await import("./editor.js");
  editor = editorFor(place, { root, prefixes, run: () => void run() });
  editor.on("change", () => showParameters(asked()));
  const problem = result.querySelector(".problem[data-line]");
  if (problem) editor.setCursor({ line: problem.dataset.line - 1, ch: problem.dataset.column - 1 });
}

if (!fromOldAddress()) {
  document.getElementById("editing").addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
  cancelButton.addEventListener("click", () => running?.abort());
  window.addEventListener("popstate", () => location.reload());
  filterCatalogue();
  suggestTerms(form);
  const isAnswered = Boolean(result.dataset.kind);
  if (isAnswered) await run(true);
  await loadEditor();
}
