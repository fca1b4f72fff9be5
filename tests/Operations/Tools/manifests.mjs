// Checks Kubernetes manifests in three ways: against the published schemas (kubernetes-models), against the types made of
// them, which know no field that a schema has not (the TypeScript compiler), and by the rules of a linter
// (@monokle/validation: pod security standards, common practices, links between resources, YAML). Prints what is wrong, a
// line each, then what is referred to and not among the objects, and at the end how many objects were looked at; or with
// --json nothing but the objects. Packages are found in the folder of the first argument.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...rest] = process.argv.slice(2);
const files = rest.filter((argument) => argument !== "--json");
const require = createRequire(join(folder, "package.json"));
const load = (path) => import(pathToFileURL(join(folder, "node_modules", path)).href);
const YAML = require("yaml");
const objects = files.flatMap((file) =>
  YAML.parseAllDocuments(readFileSync(file, "utf8")).map((document) => ({ file, document, content: document.toJSON() })));

if (rest.includes("--json")) {
  console.log(JSON.stringify(objects.map((one) => one.content)));
  process.exit(0);
}

const problems = [];
const links = [];
const nameOf = ({ file, content }) => `${file}: ${content.kind} ${content.metadata?.name}`;

async function checkSchemas() {
  for (const one of objects) {
    try {
      const models = await load(`kubernetes-models/${one.content.apiVersion}/index.js`);
      new models[one.content.kind](one.content).validate();
    } catch (error) {
      problems.push(`${nameOf(one)}: schema: ${error.message}`);
    }
  }
}

function checkFields() {
  const ts = require("typescript");
  const source = join(folder, "manifests.ts");
  const text = objects.map(({ content }, i) =>
    `const o${i}: import("kubernetes-models/${content.apiVersion}").I${content.kind} = ${JSON.stringify(content)};`);
  const options = {
    noEmit: true, strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === source || fileExists.call(host, path);
  host.readFile = (path) => (path === source ? text.join("\n") : readFile.call(host, path));
  host.getSourceFile = (path, ...more) => path === source
    ? ts.createSourceFile(path, text.join("\n"), ts.ScriptTarget.ES2022) : getSourceFile.call(host, path, ...more);
  for (const found of ts.getPreEmitDiagnostics(ts.createProgram([source], options, host))) {
    const line = found.file?.getLineAndCharacterOfPosition(found.start).line ?? 0;
    problems.push(`${nameOf(objects[line])}: fields: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`);
  }
}

async function checkRules() {
  const monokle = await load("@monokle/validation/lib/node.js");
  const validator = new monokle.MonokleValidator({
    loader: new monokle.DefaultPluginLoader(), parser: new monokle.ResourceParser(), suppressors: [],
    fixer: new monokle.DisabledFixer(),
  });
  const configuration = {
    plugins: { "pod-security-standards": true, practices: true, "resource-links": true, "yaml-syntax": true },
    settings: { debug: true },
  };
  await validator.preload(configuration);
  // Every rule, those too that are off unless asked for: the strictest of the standards.
  const rules = ["pod-security-standards", "practices"].flatMap((plugin) =>
    validator.rules[plugin].map((rule) => [`${plugin}/${rule.name}`, "err"]));
  await validator.preload({ ...configuration, rules: Object.fromEntries(rules) });
  if (validator.getFailedPlugins().length > 0) throw new Error(`not loaded: ${validator.getFailedPlugins()}`);
  const resources = objects.map((one, i) => ({
    id: String(i), fileId: one.file, filePath: one.file, fileOffset: 0, apiVersion: one.content.apiVersion,
    kind: one.content.kind, name: one.content.metadata?.name, namespace: one.content.metadata?.namespace,
    content: one.content, text: YAML.stringify(one.content),
  }));
  monokle.processRefs(resources, new monokle.ResourceParser());
  for (const resource of resources) {
    for (const link of (resource.refs ?? []).filter((ref) => monokle.isUnsatisfiedRef(ref.type))) {
      links.push(`${nameOf(objects[Number(resource.id)])} -> ${link.name}`);
    }
  }
  const result = await validator.validate({ resources });
  for (const found of result.runs.flatMap((run) => run.results).filter((one) => one.ruleId !== "LNK001")) {
    const places = found.locations.map((one) => one.physicalLocation?.artifactLocation);
    const id = places.find((place) => place?.uriBaseId === "RESOURCE")?.uri;
    problems.push(`${id ? nameOf(objects[Number(id)]) : "?"}: ${found.ruleId}: ${found.message.text}`);
  }
}

await checkSchemas();
checkFields();
await checkRules();
problems.forEach((problem) => console.log(problem));
links.forEach((link) => console.log(`elsewhere: ${link}`));
console.log(`${objects.length} objects, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
