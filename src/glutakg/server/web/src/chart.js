// Bars for an answer that has one number for each thing, drawn as SVG with classes; the table has the numbers as well.
import { isNumber, shownText } from "./terms.js";
import { lang, words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_BARS = 60;
const LONGEST_LABEL = 44;
const [LABELS, BARS, ROW] = [300, 420, 26];

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Returns the column of names and that of numbers, or null where the rows are no list of numbers of things.
export function columnsOfChart(names, rows) {
  if (rows.length < 2 || rows.length > MOST_BARS) return null;
  const hasNumbers = (column) => rows.every((row) => isNumber(row[column]) && !row[column].datatype.endsWith("gYear") && Number(row[column].value) >= 0);
  const columns = names.map((_, column) => column);
  const numbers = columns.filter(hasNumbers).filter((column) => !/^(year|position|number|pmid)$/.test(names[column]));
  const things = columns.filter((column) => rows.every((row) => row[column] && !isNumber(row[column])));
  if (!numbers.length || !things.length) return null;
  const thing = things.find((column) => new Set(rows.map((row) => row[column].value)).size === rows.length) ?? null;
  return thing === null ? null : { thing, number: numbers[0] };
}

export function chart(names, rows, { thing, number }, context) {
  const most = Math.max(...rows.map((row) => Number(row[number].value))) || 1;
  const title = `${names[number].replaceAll("_", " ")} ${words.by} ${names[thing].replaceAll("_", " ")}`;
  const drawn = shape("svg", { class: "result-chart", viewBox: `0 0 ${LABELS + BARS + 70} ${rows.length * ROW + 34}`, role: "img", "aria-label": title });
  drawn.append(shape("text", { class: "title", x: LABELS, y: 18 }, title));
  rows.forEach((row, at) => {
    const value = Number(row[number].value);
    const y = 30 + at * ROW;
    const label = shownText(row[thing], context);
    const width = Math.max((value / most) * BARS, 1);
    const name = shape("text", { class: "label", x: LABELS - 8, y: y + ROW / 2 + 4 }, label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label);
    name.append(shape("title", {}, label));
    drawn.append(name, shape("rect", { class: "bar", x: LABELS, y: y + 4, width: width.toFixed(1), height: ROW - 8 }), shape("text", { class: "value", x: LABELS + width + 6, y: y + ROW / 2 + 4 }, value.toLocaleString(lang)));
  });
  return drawn;
}
