// The rows of an answer as a table that is sorted by any column, filtered, and gone through page by page.
import { make } from "./elements.js";
import { compressed, fetchLabels, isNumber, shownTerm, shownText } from "./terms.js";
import { lang, words } from "./words.js";

const SIZES = [50, 100, 500, 1000];
const FEW = 10; // rows that one sees at a glance
const TYPING_PAUSE = 150; // milliseconds
const SPECIAL = { INF: Infinity, "+INF": Infinity, "-INF": -Infinity };
const collator = new Intl.Collator(lang, { numeric: true, sensitivity: "base" });
const NEXT_ORDER = { none: "ascending", ascending: "descending", descending: "none" };

export function resultTable(names, rows, context) {
  const all = rows.map((row, index) => index);
  const sortedBy = { column: null, order: "none" };
  let filter = "";
  let found = all;
  let page = 0;
  let size = SIZES[1];
  let texts = null;
  let shown = 0;

  const numeric = names.map((_, column) => rows.some((row) => row[column]) && rows.every((row) => !row[column] || isNumber(row[column])));
  const headings = names.map((name, column) =>
    make("th", { scope: "col", class: numeric[column] ? "number" : null }, make("button", { type: "button", title: words.sort, on: { click: () => sort(column) } }, context.heads[name] ?? name.replaceAll("_", " "))),
  );
  const cell = (term, column) => make("td", { class: numeric[column] ? "number" : term?.type === "literal" && term.value.length > 40 ? "long" : null }, shownTerm(term, context, names[column]));
  const body = make("tbody");
  const box = make(
    "div",
    { class: "scroll result-table", tabindex: "0", role: "region", "aria-label": words.resultTable },
    make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, make("span", { class: "visually-hidden" }, words.rowNumber)), ...headings)), body),
  );
  const status = make("p", { role: "status", class: "small" });
  const turn = (name, to) => make("button", { type: "button", class: "quiet", on: { click: () => show(to()) } }, name);
  const first = turn(words.firstPage, () => 0);
  const previous = turn(words.previousPage, () => page - 1);
  const next = turn(words.nextPage, () => page + 1);
  const last = turn(words.lastPage, lastPage);
  const pager = make("nav", { class: "actions", "aria-label": words.pages }, first, previous, next, last);

  function lastPage() {
    return Math.max(0, Math.ceil(found.length / size) - 1);
  }

  function show(wanted) {
    page = Math.min(Math.max(0, wanted), lastPage());
    const start = page * size;
    const part = found.slice(start, start + size);
    body.replaceChildren(
      ...part.map((index) => make("tr", {}, make("th", { scope: "row", class: "row-number" }, String(index + 1)), ...rows[index].map(cell))),
    );
    const mine = (shown += 1);
    void fetchLabels(part.flatMap((index) => rows[index]), context).then((hasNew) => hasNew && mine === shown && show(page));
    box.scrollTop = 0;
    pager.hidden = found.length <= size;
    // not `disabled`, which would take the focus away from who turns pages with the keyboard
    for (const [button, isOff] of [[first, page === 0], [previous, page === 0], [next, page === lastPage()], [last, page === lastPage()]]) {
      button.setAttribute("aria-disabled", String(isOff));
    }
    status.textContent = found.length < rows.length || found.length > size ? words.range(part.length && start + 1, start + part.length, found.length, rows.length) : "";
  }

  function sort(column) {
    sortedBy.order = sortedBy.column === column ? NEXT_ORDER[sortedBy.order] : "ascending";
    sortedBy.column = column;
    headings.forEach((heading, each) => {
      if (each === column && sortedBy.order !== "none") heading.setAttribute("aria-sort", sortedBy.order);
      else heading.removeAttribute("aria-sort");
    });
    find();
  }

  function find() {
    const wanted = filter.toLocaleLowerCase(lang).split(/\s+/).filter(Boolean);
    found = all;
    if (wanted.length) {
      texts ??= rows.map((row) => row.map((term) => `${shownText(term, context)} ${term?.type === "uri" ? `${term.value} ${compressed(term.value, context.prefixes)}` : ""}`).join(" ").toLocaleLowerCase(lang));
      found = all.filter((index) => wanted.every((word) => texts[index].includes(word)));
    }
    if (sortedBy.order !== "none") found = inOrder(found, (index) => rows[index][sortedBy.column], sortedBy.order, context);
    show(0);
  }

  let typing = null;
  const filterField = make("input", {
    type: "search",
    id: "filter-rows",
    autocomplete: "off",
    on: {
      input: () => {
        clearTimeout(typing);
        typing = setTimeout(() => {
          filter = filterField.value;
          find();
        }, TYPING_PAUSE);
      },
    },
  });
  const sizeField = make("select", { id: "page-size", on: { change: () => ((size = Number(sizeField.value)), show(0)) } }, ...SIZES.map((each) => make("option", { value: each, selected: each === size }, each.toLocaleString(lang))));
  const labelled = (label, field) => make("div", {}, make("label", { for: field.id }, label), field);
  const controls = make("div", { class: "table-controls" }, rows.length > FEW ? labelled(words.filterRows, filterField) : null, rows.length > SIZES[0] ? labelled(words.pageSize, sizeField) : null);
  show(0);
  return make("div", { class: "rows" }, controls, make("div", { class: "paging" }, pager, status), box);
}

// Numbers come before texts; what is not bound comes last, whichever way round.
function inOrder(indexes, termOf, order, context) {
  const sign = order === "ascending" ? 1 : -1;
  const keyed = indexes.map((index) => ({ index, ...sortKey(termOf(index), context) }));
  keyed.sort((one, other) => {
    if (one.rank === 2 || other.rank === 2) return one.rank - other.rank;
    if (one.rank !== other.rank) return sign * (one.rank - other.rank);
    return sign * (one.rank === 0 ? one.value - other.value : collator.compare(one.value, other.value));
  });
  return keyed.map((each) => each.index);
}

function sortKey(term, context) {
  if (!term) return { rank: 2 };
  if (isNumber(term)) {
    const value = SPECIAL[term.value] ?? Number(term.value);
    if (!Number.isNaN(value)) return { rank: 0, value };
  }
  return { rank: 1, value: shownText(term, context) };
}
