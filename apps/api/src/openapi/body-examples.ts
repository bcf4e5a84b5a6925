import type { OpenAPIObject } from '@nestjs/swagger';
import { resolved, type Operation, type Schema } from './operations.js';

/** Fields in the example of a PATCH, which changes only the fields that it names. */
const FIELDS_OF_A_PATCH = 3;

/**
 * Gives each JSON body one example, made of its fields' examples. Without it Swagger UI invents a value for every field
 * that has none, such as the present time.
 */
export function addBodyExamples(document: OpenAPIObject): void {
  for (const { post, patch } of Object.values(document.paths)) {
    if (post) addExample(document, post, Infinity);
    if (patch) addExample(document, patch, FIELDS_OF_A_PATCH);
  }
}

function addExample(document: OpenAPIObject, { requestBody }: Operation, mostFields: number): void {
  if (!requestBody || '$ref' in requestBody) return;
  const json = requestBody.content['application/json'];
  if (!json?.schema || json.example !== undefined || json.examples !== undefined) return;
  const example = exampleOf(document, json.schema) as object;
  const fields = Object.entries(example);
  json.example = fields.length > mostFields ? Object.fromEntries(fields.slice(0, mostFields)) : example;
}

/** Leaves out fields whose example is null, which stands for "as if not given". */
function exampleOf(document: OpenAPIObject, schema: Schema): unknown {
  const whole = resolved(document, schema);
  if (whole.example !== undefined) return whole.example as unknown;
  if (whole.items) return [exampleOf(document, whole.items)];
  const fields = Object.entries(whole.properties ?? {}).map(([name, field]) => [name, exampleOf(document, field)]);
  return Object.fromEntries(fields.filter(([, value]) => value !== null && value !== undefined)) as object;
}
