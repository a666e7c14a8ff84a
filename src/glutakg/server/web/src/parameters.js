// The parameters of a catalogue query: written into its VALUES lines by the server, and read back from them here.
import { suggestFor } from "./suggestions.js";
import { lang } from "./words.js";

const VALUES = /^ *VALUES \?(\w+) \{ (.+) \}\s*$/;
const UNESCAPED = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

// Returns the value of each parameter as a text that the server understands, or null where the text is another query.
export function valuesIn(text, own, lines) {
  const told = text.trimEnd().split("\n");
  const before = own.trimEnd().split("\n");
  const at = new Map(Object.entries(lines).map(([name, line]) => [line, name]));
  if (told.length !== before.length) return null;
  const values = {};
  for (const [place, line] of told.entries()) {
    const name = at.get(place);
    if (name === undefined) {
      if (line.trimEnd() !== before[place].trimEnd()) return null;
      continue;
    }
    const found = line.match(VALUES);
    const value = found?.[1] === name ? read(found[2]) : null;
    if (value === null) return null;
    values[name] = value;
  }
  if ("lang" in values && values.lang !== lang) return null;
  return values;
}

function read(term) {
  const quoted = term.match(/^"((?:[^"\\\r\n]|\\[tbnrf"'\\])*)"$/);
  if (quoted) return quoted[1].replace(/\\(.)/g, (_, letter) => UNESCAPED[letter] ?? letter);
  const iri = term.match(/^<([^<>"{}|^`\\\s]+)>$/);
  if (iri) return iri[1];
  return /^([A-Za-z][\w.-]*:[\w.-]*\w|[+-]?[0-9.]+|true|false)$/.test(term) ? term : null;
}

export function suggestTerms(form) {
  form?.querySelectorAll('input[data-type="iri"]').forEach((input) => suggestFor(input));
}
