/** Signals that a service of others is unavailable for the moment: a 503. The message is shown to the client. */
export class ServiceAway extends Error {
  override readonly name: string = 'ServiceAway';
}
