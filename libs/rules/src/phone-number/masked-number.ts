/** Returns the last three digits of a phone number, for readers who need not know it. */
export function maskedNumber(phoneNumber: string): string {
  return `…${phoneNumber.slice(-3)}`;
}
