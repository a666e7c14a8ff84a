// Completion from the terms of this graph; nothing is asked of prefix.cc or LOV.

const QUERIES = {
  property: "SELECT DISTINCT ?term WHERE { ?s ?term ?o } ORDER BY ?term",
  class: "SELECT DISTINCT ?term WHERE { ?s a ?term FILTER(ISIRI(?term)) } ORDER BY ?term",
  individual:
    'SELECT DISTINCT ?term WHERE { ?term a ?type FILTER(STRSTARTS(STR(?term), "https://w3id.org/glutakg/data/")) } ORDER BY ?term',
};

export function completers(Yasqe, root, prefixes) {
  const terms = async (kind) => {
    const body = new URLSearchParams({ query: QUERIES[kind] });
    const headers = { Accept: "application/sparql-results+json" };
    const answer = await fetch(`${root}/sparql`, { method: "POST", headers, body });
    if (!answer.ok) return [];
    return (await answer.json()).results.bindings.map((row) => row.term.value);
  };
  const isOfData = (yasqe) => /^(gkd:|<https:\/\/w3id\.org\/glutakg\/data\/)/.test(yasqe.getCompleteToken().string);
  const common = { bulk: true, persistenceId: null, autoShow: false };
  Yasqe.forkAutocompleter("class", { ...common, name: "glutakg-individual", get: () => terms("individual"), isValidCompletionPosition: isOfData });
  Yasqe.forkAutocompleter("property", { ...common, name: "glutakg-property", get: () => terms("property") });
  Yasqe.forkAutocompleter("class", { ...common, name: "glutakg-class", get: () => terms("class") });
  Yasqe.forkAutocompleter("prefixes", {
    name: "glutakg-prefixes",
    bulk: true,
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
  });
  return ["glutakg-prefixes", "glutakg-individual", "glutakg-property", "glutakg-class", "variables"];
}
