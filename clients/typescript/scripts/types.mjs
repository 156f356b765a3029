// Generates src/schema.ts from the OpenAPI document of a running server: the schemas without their examples. The paths are left out, since
// the client writes its own methods, and they are nine tenths of the text.
import openapiTS, { astToString } from "openapi-typescript";

export async function typesOf(document) {
  const { openapi, info, components } = document;
  const schemas = without(components.schemas, new Set(["example", "examples"]));
  const ast = await openapiTS({ openapi, info, paths: {}, components: { schemas } });
  return `// Generated from the OpenAPI document; test/types.test.mjs checks it, and APPROVE=1 writes it again.\n${astToString(ast)}`;
}

// A field can have one of these names, so they are removed beside schemas only.
function without(schemas, names) {
  const cleaned = (schema) =>
    Array.isArray(schema) ? schema.map(cleaned)
    : schema === null || typeof schema !== "object" ? schema
    : Object.fromEntries(Object.entries(schema).filter(([name]) => !names.has(name)).map(([name, value]) => [name, name === "properties" ? properties(value) : cleaned(value)]));
  const properties = (fields) => Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, cleaned(schema)]));
  return properties(schemas);
}
