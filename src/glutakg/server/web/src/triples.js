// Reads N-Triples as the server writes them.

const TERM = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?/gy;
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g;
const SHORT = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

const unescaped = (text) =>
  text.replace(ESCAPE, (_, four, eight, one) => (one ? (SHORT[one] ?? one) : String.fromCodePoint(parseInt(four ?? eight, 16))));

export function readTriples(text) {
  const triples = [];
  for (const line of text.split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    const terms = [];
    let at = 0;
    while (terms.length < 3) {
      while (line[at] === " ") at += 1;
      TERM.lastIndex = at;
      const found = TERM.exec(line);
      if (!found) break;
      at = TERM.lastIndex;
      const [, iri, blank, literal, language, datatype] = found;
      if (iri !== undefined) terms.push({ type: "uri", value: unescaped(iri) });
      else if (blank !== undefined) terms.push({ type: "bnode", value: blank });
      else terms.push({ type: "literal", value: unescaped(literal), "xml:lang": language, datatype });
    }
    if (terms.length === 3) triples.push(terms);
  }
  return triples;
}
