// The catalogue beside the editor: filter, choose, and the parameters as form fields.
import { make } from "./elements.js";
import { lang, words } from "./words.js";

const list = document.getElementById("catalogue");
const form = document.getElementById("parameters");
const question = document.getElementById("question");
const note = document.getElementById("changed");
note.textContent = words.changed;
let current = null;

export const chosen = () => current;

export function parameterValues() {
  const values = {};
  for (const field of form.querySelectorAll("[name]")) {
    if (field.value !== field.dataset.default) values[field.name] = field.value;
  }
  return values;
}

export function filterCatalogue(act) {
  const input = document.getElementById("filter");
  const status = document.getElementById("filter-status");
  const filter = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    for (const item of list.children) {
      const text = item.querySelector("a").dataset.find;
      item.hidden = !wanted.every((word) => text.includes(word));
      number += item.hidden ? 0 : 1;
    }
    status.textContent = words.filtered(number);
  };
  input.addEventListener("input", filter);
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-name]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      act(link.dataset.name);
    }
  });
  filter();
}

// Returns the text of the query, or null where there is none of that name; a name of null chooses none.
export async function choose(name, values = {}, root = "") {
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  current = null;
  form.hidden = true;
  form.replaceChildren();
  note.hidden = true;
  question.textContent = "";
  if (!name) return null;
  const answer = await fetch(`${root}/queries/${encodeURIComponent(name)}`, {
    headers: { Accept: "application/sparql-query" },
  });
  if (!answer.ok) return null;
  const link = [...list.querySelectorAll("a")].find((each) => each.dataset.name === name);
  if (!link) {
    // An old name, or a query that only the program asks.
    const renamed = answer.headers.get("Link")?.match(/^<([a-z-]+)>; rel="successor-version"$/);
    return renamed ? choose(renamed[1], values, root) : null;
  }
  link.setAttribute("aria-current", "true");
  question.textContent = link.dataset.question;
  const parameters = JSON.parse(link.dataset.parameters);
  form.replaceChildren(...parameters.map((parameter) => field(parameter, values[parameter.name])));
  if (parameters.length) form.append(make("button", { type: "submit", class: "quiet" }, words.run));
  current = { name, text: await answer.text() };
  showParameters(true);
  return current.text;
}

// The form fills in a query of the catalogue; where its text was changed, it would change nothing.
export function showParameters(isUnchanged) {
  const hasAny = current !== null && form.children.length > 0;
  form.hidden = !(hasAny && isUnchanged);
  note.hidden = !(hasAny && !isUnchanged);
}

function field(parameter, value) {
  const { name, type, description } = parameter;
  const usual = String(parameter.default);
  const id = `parameter-${name}`;
  const options = { language: ["en", "nl"], boolean: ["true", "false"] }[type];
  let input;
  if (options) {
    input = make("select", { id, name }, ...options.map((each) => make("option", { value: each }, each)));
  } else {
    const kind = type === "integer" || type === "decimal" ? "number" : "text";
    input = make("input", { id, name, type: kind, step: type === "decimal" ? "any" : null });
  }
  input.dataset.default = usual;
  input.value = value ?? (type === "language" ? lang : usual);
  return make("div", {}, make("label", { for: id }, description[lang]), input);
}
