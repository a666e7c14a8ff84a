// Completion from the terms of this graph; nothing is asked of prefix.cc or LOV.

const MOST = 100;
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const BUILT_IN = ["label", "comment", "subClassOf", "subPropertyOf", "isDefinedBy"].map((name) => RDFS + name);
const DECLARED = (...kinds) =>
  `PREFIX owl: <http://www.w3.org/2002/07/owl#>
  SELECT DISTINCT ?term WHERE { VALUES ?kind { ${kinds.join(" ")} } ?term a ?kind FILTER(ISIRI(?term)) } ORDER BY ?term`;
const QUERIES = {
  property: DECLARED("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
  class: DECLARED("owl:Class"),
  individual: DECLARED("owl:NamedIndividual"),
};

export function completers(Yasqe, root, prefixes) {
  const asked = {};
  const ask = async (kind) => {
    const body = new URLSearchParams({ query: QUERIES[kind] });
    const headers = { Accept: "application/sparql-results+json" };
    const answer = await fetch(`${root}/sparql`, { method: "POST", headers, body });
    const told = await answer.json();
    const found = answer.ok ? told.results.bindings.map((row) => row.term.value) : [];
    return kind === "property" ? [...found, ...BUILT_IN] : found;
  };
  const terms = async (kind, token) => {
    const start = token?.autocompletionString ?? "";
    const all = await (asked[kind] ??= ask(kind));
    return all.filter((term) => term.startsWith(start)).slice(0, MOST);
  };
  const isOfData = (yasqe) => /^(gkd:|<https:\/\/w3id\.org\/glutakg\/data\/)/.test(yasqe.getCompleteToken().string);
  const common = { bulk: false, persistenceId: null, autoShow: false };
  Yasqe.forkAutocompleter("class", { ...common, name: "glutakg-individual", get: (_, token) => terms("individual", token), isValidCompletionPosition: isOfData });
  Yasqe.forkAutocompleter("property", { ...common, name: "glutakg-property", get: (_, token) => terms("property", token) });
  Yasqe.forkAutocompleter("class", { ...common, name: "glutakg-class", get: (_, token) => terms("class", token) });
  // a bare word is looked up among the names of terms, in both languages, and becomes the CURIE
  Yasqe.registerAutocompleter({
    ...common,
    name: "glutakg-names",
    isValidCompletionPosition: (yasqe) => /^\p{L}[\p{L}\p{N}-]{2,}$/u.test(yasqe.getCompleteToken().string),
    get: async (_, token) => {
      const fields = new URLSearchParams({ text: token?.string ?? "", lang: document.documentElement.lang });
      const answer = await fetch(`${root}/search?${fields}`, { headers: { Accept: "application/json" } });
      return answer.ok ? (await answer.json()).map((each) => each.curie).filter((curie) => !curie.includes("/")) : [];
    },
  });
  Yasqe.forkAutocompleter("prefixes", {
    name: "glutakg-prefixes",
    bulk: true,
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
  });
  return ["glutakg-prefixes", "glutakg-names", "glutakg-individual", "glutakg-property", "glutakg-class", "variables"];
}
