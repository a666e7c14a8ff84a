// Shows RDF terms: IRIs as short names that lead to pages, literals in their language.
import { make } from "./elements.js";
import { lang } from "./words.js";

const OURS = "https://w3id.org/glutakg/";

export function compressed(iri, prefixes) {
  let best = null;
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && iri.length > start.length && (!best || start.length > best[1].length)) best = [prefix, start];
  }
  return best ? `${best[0]}:${iri.slice(best[1].length)}` : iri;
}

export function shownText(term, prefixes) {
  if (!term) return "";
  if (term.type === "uri") return compressed(term.value, prefixes);
  return term.type === "bnode" ? `_:${term.value}` : String(term.value);
}

// The page where an IRI is told of: ours of our terms, else that of the web; null where there is none.
export function pageOf(iri, root) {
  if (/^https:\/\/w3id\.org\/glutakg\/(data|ontology)\/./.test(iri)) {
    const path = iri.slice(OURS.length).split("/").map(encodeURIComponent).join("/");
    return `${root}/${path}?lang=${lang}`;
  }
  return /^https?:\/\//.test(iri) ? iri : null;
}

export function shownTerm(term, { root, prefixes }) {
  const text = shownText(term, prefixes);
  const page = term?.type === "uri" ? pageOf(term.value, root) : null;
  if (page) return make("a", { href: page, title: term.value, rel: page === term.value ? "noreferrer external" : null }, text);
  return term?.["xml:lang"] ? make("span", { lang: term["xml:lang"] }, text) : text;
}
