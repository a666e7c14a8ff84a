// A query as code for curl, Python and R, which gives the answer of the page again.
import { words } from "./words.js";

const LONGEST_ADDRESS = 50_000; // characters; the server takes 60,000 bytes
const ACCEPT = { rows: "text/csv", graph: "text/turtle", boolean: "application/sparql-results+json" };
const PYTHON = {
  // what the columns hold stays: "NA" is a text, and only an empty cell is none
  rows: { imports: ["io", "pandas"], read: 'table = pandas.read_csv(io.BytesIO(answer), keep_default_na=False, na_values=[""])' },
  graph: { imports: ["rdflib"], read: 'graph = rdflib.Graph().parse(answer, format="turtle")' },
  boolean: { imports: ["json"], read: 'found = json.loads(answer)["boolean"]' },
};
const R = {
  rows: 'table <- read.csv(answer, check.names = FALSE, na.strings = "", encoding = "UTF-8")',
  graph: 'turtle <- readLines(answer, encoding = "UTF-8")\nclose(answer)',
  boolean: 'found <- any(grepl("\\"boolean\\": *true", readLines(answer, warn = FALSE)))\nclose(answer)',
};

export function code(question, kind, server) {
  return question.name ? ofCatalogue(question, kind, server) : ofText(question.text.trimEnd(), kind, `${server}/sparql`, question.graphs);
}

function ofCatalogue({ name, parameters }, kind, server) {
  const fields = new URLSearchParams(parameters).toString();
  const address = `${server}/queries/${name}${fields ? `?${fields}` : ""}`;
  return {
    curl: `curl -H 'Accept: ${ACCEPT[kind]}' '${address}'`,
    Python: inPython(kind, ["urllib.request"], "", [`"${address}"`]),
    R: inR(kind, "", `"${address}"`),
  };
}

function ofText(text, kind, endpoint, graphs) {
  const address = graphs ? `${endpoint}?${graphs}` : endpoint;
  const inDoubleQuotes = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  const query = `query = """\n${text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""\n`;
  const isShort = encodeURIComponent(text).length < LONGEST_ADDRESS;
  const data = 'data=urllib.parse.urlencode({"query": query}).encode()';
  return {
    curl: `curl -H 'Accept: ${ACCEPT[kind]}' --data-urlencode 'query=${text.replaceAll("'", "'\\''")}' '${address}'`,
    Python: inPython(kind, ["urllib.parse", "urllib.request"], query, [`"${address}"`, data]),
    R: isShort ? inR(kind, `query <- "\n${inDoubleQuotes}\n"\n`, `paste0("${address}${graphs ? "&" : "?"}query=", URLencode(query, reserved = TRUE))`) : `# ${words.tooLongForR}`,
  };
}

function inPython(kind, modules, query, request) {
  const { imports, read } = PYTHON[kind];
  const own = [...imports.filter((name) => ["io", "json"].includes(name)), ...modules];
  const foreign = imports.filter((name) => !own.includes(name));
  const lines = (names) => names.map((name) => `import ${name}\n`).join("");
  const said = [...request, `headers={"Accept": "${ACCEPT[kind]}"}`].map((each) => `    ${each},\n`).join("");
  return `${lines(own)}${foreign.length ? `\n${lines(foreign)}` : ""}\n${query}request = urllib.request.Request(\n${said})\nanswer = urllib.request.urlopen(request).read()\n${read}`;
}

function inR(kind, query, address) {
  return `${query}answer <- url(${address}, headers = c(Accept = "${ACCEPT[kind]}"))\n${R[kind]}`;
}
