// Asks an endpoint by Comunica: reads JSON from stdin, writes the answers to stdout as JSON, by name.
// stdin: {"name": {"text": "SELECT …", "sources": [as Comunica takes them]}}

import { text } from "node:stream/consumers";
import { QueryEngine } from "@comunica/query-sparql";

const FORMATS = {
  bindings: "application/sparql-results+json",
  boolean: "application/sparql-results+json",
  quads: "application/n-triples",
};

const engine = new QueryEngine();
const answers = {};
for (const [name, query] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const result = await engine.query(query.text, { sources: query.sources });
  const { data } = await engine.resultToString(result, FORMATS[result.resultType]);
  answers[name] = await text(data);
}
process.stdout.write(JSON.stringify(answers));
