import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, parametersOf, pascalCase, type Operation, type Parameter } from './operations.js';

/**
 * Removes examples and defaults of optional parameters. Swagger UI would send them as values, and so filter every list.
 */
export function tidyParameters(document: OpenAPIObject): void {
  const operations = operationsOf(document);
  for (const operation of operations) {
    const parameters = parametersOf(operation);
    const hasCursor = parameters.some(({ name }) => name === 'cursor');
    for (const parameter of parameters.filter((one) => one.in === 'query')) tidy(parameter, hasCursor);
  }
}

function tidy(parameter: Parameter, hasCursor: boolean): void {
  const { schema } = parameter;
  if (!schema || '$ref' in schema) return;
  delete schema.nullable;
  if (hasCursor && parameter.name === 'page') delete schema.default;
  if (parameter.required) return;
  delete parameter.required;
  delete parameter.example;
  delete schema.example;
}

/** Writes parameters that are the same in several operations once. */
export function shareParameters(document: OpenAPIObject): void {
  document.components = { ...document.components, parameters: shared(operationsOf(document)) };
}

function shared(operations: readonly Operation[]): Record<string, Parameter> {
  const uses = new Map<string, number>();
  const all = operations.flatMap(parametersOf);
  for (const parameter of all) uses.set(JSON.stringify(parameter), (uses.get(JSON.stringify(parameter)) ?? 0) + 1);
  const found: Record<string, Parameter> = {};
  const names = new Map<string, string>();
  for (const operation of operations) {
    operation.parameters = parametersOf(operation).map((parameter) => {
      const text = JSON.stringify(parameter);
      if (uses.get(text) === 1) return parameter;
      const name = names.get(text) ?? freeName(found, parameter.name, operation.operationId!);
      names.set(text, name);
      found[name] = parameter;
      return { $ref: `#/components/parameters/${name}` };
    });
    if (operation.parameters.length === 0) delete operation.parameters;
  }
  return found;
}

function freeName(used: object, name: string, operationId: string): string {
  return name in used ? `${name}On${pascalCase(operationId)}` : name;
}
