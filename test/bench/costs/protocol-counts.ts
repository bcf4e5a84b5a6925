import { MessageTypes } from './message-types.js';

/** Messages of a client that the server answers with one ReadyForQuery each: Query, Sync and FunctionCall. */
const ASKING = new Set(['Q', 'S', 'F']);
const READY_FOR_QUERY = 'Z';
const COMMAND_COMPLETE = 'C';

/** Counts what passes over one connection. */
export class ProtocolCounts {
  /**
   * Number of times that the client asked while no answer was outstanding. Questions that it sends before the last
   * answer has come (pipelined) belong to the same round trip.
   */
  roundTrips = 0;
  /** Statements that the server has completed, BEGIN and COMMIT included. */
  statements = 0;
  private readonly fromClient = new MessageTypes(true);
  private readonly fromServer = new MessageTypes();
  /** The login is answered by a ReadyForQuery as well, and is no round trip. */
  private outstanding = 1;

  sent(chunk: Buffer): void {
    for (const type of this.fromClient.read(chunk)) {
      if (!ASKING.has(type)) continue;
      if (this.outstanding === 0) this.roundTrips += 1;
      this.outstanding += 1;
    }
  }

  received(chunk: Buffer): void {
    for (const type of this.fromServer.read(chunk)) {
      if (type === READY_FOR_QUERY) this.outstanding -= 1;
      if (type === COMMAND_COMPLETE) this.statements += 1;
    }
  }
}
