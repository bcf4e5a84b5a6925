/**
 * Breaks up `{{…}}` and `{%…%}`, which Vapi would read as Liquid templates. Outdial has filled in its own placeholders
 * by then, so the rest came with a contact's data.
 */
export function plainText(text: string): string {
  return text.replaceAll(/\{(?=[{%])/g, '{ ');
}
