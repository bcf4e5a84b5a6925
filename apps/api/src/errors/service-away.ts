/** Something that we depend on, and that is not ours, is away for the moment: a 503. The message is shown. */
export class ServiceAway extends Error {
  override readonly name: string = 'ServiceAway';
}
