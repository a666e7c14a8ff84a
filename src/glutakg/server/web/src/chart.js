// The chart of an answer that has one number for each thing; the server draws it, into the page of the query.
import { isNumber } from "./terms.js";
import { make } from "./elements.js";
import { words } from "./words.js";

const MOST_BARS = 60;

// Returns whether the server will have drawn a chart of these rows.
export function hasChart(names, rows) {
  if (rows.length < 2 || rows.length > MOST_BARS) return false;
  const columns = names.map((_, column) => column);
  const isLength = (term) => isNumber(term) && !term.datatype.endsWith("gYear") && Number(term.value) >= 0;
  const numbers = columns.filter((column) => rows.every((row) => isLength(row[column]))).filter((column) => !/^(year|position|number|pmid)$/.test(names[column]));
  const things = columns.filter((column) => rows.every((row) => row[column] && !isNumber(row[column])));
  return numbers.length > 0 && things.some((column) => new Set(rows.map((row) => row[column].value)).size === rows.length);
}

// Returns the box of the chart: that of the page as it came, else that of the page that the address names now.
export function chart(page = document) {
  const figure = page.querySelector("#answer-chart .scroll");
  if (figure) return document.importNode(figure, true);
  const box = make("div", {});
  if (page === document) {
    void fetch(location.href, { headers: { Accept: "text/html" } })
      .then((answer) => answer.text())
      .then((text) => box.replaceChildren(chart(new DOMParser().parseFromString(text, "text/html"))))
      .catch(() => (box.textContent = words.noAnswer));
  }
  return box;
}
