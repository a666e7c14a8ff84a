// Shows RDF terms: IRIs by their labels, which lead to pages, literals in their language.
import { make } from "./elements.js";
import { lang } from "./words.js";

const OURS = "https://w3id.org/glutakg/";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBER = /^(decimal|double|float|gYear|(non(Positive|Negative)|positive|negative)?[iI]nteger|(unsigned)?([lL]ong|[iI]nt|[sS]hort|[bB]yte))$/;
const MOST_AT_ONCE = 400;
const PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel";
const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";

export const isNumber = (term) => term?.type === "literal" && Boolean(term.datatype?.startsWith(XSD)) && NUMBER.test(term.datatype.slice(XSD.length));

export function compressed(iri, prefixes) {
  let best = null;
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && iri.length > start.length && (!best || start.length > best[1].length)) best = [prefix, start];
  }
  return best ? `${best[0]}:${iri.slice(best[1].length)}` : iri;
}

// Asks for the labels of terms that have not been asked for; gives back whether there are new ones.
export async function fetchLabels(terms, { root, labels }) {
  const wanted = [...new Set(terms.filter((term) => term?.type === "uri").map((term) => term.value))].filter((iri) => !labels.has(iri) && !/[\x00-\x20<>"{}|\\^`]/.test(iri));
  const before = [...labels.values()].filter(Boolean).length;
  for (let at = 0; at < wanted.length; at += MOST_AT_ONCE) {
    const part = wanted.slice(at, at + MOST_AT_ONCE);
    part.forEach((iri) => labels.set(iri, null));
    const query = `SELECT ?term ?name WHERE { VALUES ?term { ${part.map((iri) => `<${iri}>`).join(" ")} } VALUES (?kind ?rank) { (<${PREF_LABEL}> 1) (<${LABEL}> 0) } ?term ?kind ?name FILTER(LANG(?name) IN ("", "en", "${lang}")) } ORDER BY (LANG(?name) = "${lang}") ?rank`;
    try {
      const answer = await fetch(`${root}/sparql`, { method: "POST", headers: { Accept: "application/sparql-results+json" }, body: new URLSearchParams({ query }) });
      if (!answer.ok) break;
      for (const row of (await answer.json()).results.bindings) labels.set(row.term.value, row.name.value); // the best comes last
    } catch {
      break;
    }
  }
  return [...labels.values()].filter(Boolean).length > before;
}

export function shownText(term, { prefixes, labels }) {
  if (!term) return "";
  if (term.type === "uri") return labels.get(term.value) ?? compressed(term.value, prefixes);
  return term.type === "bnode" ? `_:${term.value}` : String(term.value);
}

// The page where an IRI is told of: ours, whoever the term is of.
export function pageOf(iri, root) {
  if (/^https:\/\/w3id\.org\/glutakg\/(data|ontology)\/./.test(iri)) {
    const path = iri.slice(OURS.length).split("/").map(encodeURIComponent).join("/");
    return `${root}/${path}?lang=${lang}`;
  }
  return `${root}/term?${new URLSearchParams({ iri, lang })}`;
}

const STANCES = { Supports: "for", Contradicts: "against", Qualifies: "besides" };

// A curator status or a stance, by the end of its IRI, as everywhere on the pages.
function judged(name, label, { icons }) {
  if (!name) return label;
  if (!icons[name]) return make("span", { class: `tag ${STANCES[name] ?? ""}` }, label);
  return make("span", { class: `tag status ${name}` }, make("span", { class: "icon", "aria-hidden": "true" }, icons[name]), ` ${label}`);
}

function judgementOf(term, column, { names, columns }) {
  if (term.type === "uri") return Object.values(names).find((name) => term.value === `${OURS}ontology/${name}`);
  return columns.includes(column.split("_").at(-1)) && Object.hasOwn(names, term.value) ? names[term.value] : null;
}

// `column` is the name of the variable, which says of a literal whether it is a DOI or a PMID.
export function shownTerm(term, context, column = "") {
  const { root, prefixes, labels, judgements } = context;
  if (term?.type === "uri") {
    const label = labels.get(term.value);
    const curie = compressed(term.value, prefixes);
    const shown = label ? [make("span", { class: "term-name" }, judged(judgementOf(term, column, judgements), label, judgements)), " ", make("code", { class: "curie" }, curie)] : [curie];
    if (!label && /^https?:\/\//.test(term.value) && curie === term.value) return make("a", { href: term.value, rel: "noreferrer external" }, curie);
    return curie === term.value ? curie : make("a", { href: pageOf(term.value, root), title: term.value }, ...shown);
  }
  const text = shownText(term, context);
  if (term?.type === "literal") {
    if (/^C[0-9]{3}$/.test(text)) return make("a", { href: `${root}/data/claim-${text}?lang=${lang}` }, text);
    if (column === "doi" && /^10\.\S+$/.test(text)) return make("a", { href: `https://doi.org/${text}`, rel: "noreferrer external" }, `doi:${text}`);
    if (column === "pmid" && /^[0-9]+$/.test(text)) return make("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${text}`, rel: "noreferrer external" }, `PMID ${text}`);
  }
  const shown = term?.type === "literal" ? judged(judgementOf(term, column, judgements), text, judgements) : text;
  return term?.["xml:lang"] ? make("span", { lang: term["xml:lang"] }, shown) : shown;
}
