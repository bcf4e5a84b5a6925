/** What a prompt may say of the person who is called; null: not known. */
export interface Person {
  readonly phone_number: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly custom_fields: Readonly<Record<string, unknown>>;
}

const FIELDS = ['phone_number', 'first_name', 'last_name', 'email'] as const;
const CUSTOM = 'custom_fields.';

/** `{{first_name}}`, `{{ custom_fields.plan.name }}`; anything else in double braces is the provider's own affair. */
const VARIABLE = /\{\{\s*((?:phone_number|first_name|last_name|email)|custom_fields(?:\.[\w-]+)+)\s*\}\}/g;

/** Puts what is known of a person in its place; what is not known is left out. */
export function rendered(text: string, person: Person): string {
  return text.replace(VARIABLE, (_, name: string) => valueOf(name, person) ?? '');
}

/** The variables that a text asks for, each once. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name!))];
}

function valueOf(name: string, person: Person): string | null {
  const field = FIELDS.find((one) => one === name);
  if (field) return person[field];
  const path = name.slice(CUSTOM.length).split('.');
  return textOf(path.reduce<unknown>(step, person.custom_fields));
}

/** Only what was sent with the contact, never what every object has. */
function step(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
