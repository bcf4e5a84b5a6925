/** A phone number as it may be shown to whoever need not know it: its last three digits. */
export function maskedNumber(phoneNumber: string): string {
  return `…${phoneNumber.slice(-3)}`;
}
