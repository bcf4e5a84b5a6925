/**
 * Vapi reads `{{…}}` and `{%…%}` as templates of its own (Liquid), which none of our texts has: what stands there came
 * with a contact.
 */
export function plainText(text: string): string {
  return text.replaceAll(/\{(?=[{%])/g, '{ ');
}
