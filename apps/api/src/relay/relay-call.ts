import { Logger } from '@nestjs/common';
import type { WebSocket } from '@fastify/websocket';
import type { Clock } from '#agent/clock.js';
import { decodeRelayMessage, encodeAgentMessage, type AgentMessage } from '#agent/relay-protocol.js';
import { RelaySession } from '#agent/relay-session.js';
import type { Speaker } from '#agent/speech.js';
import { foreignText } from '#runtime/foreign-text.js';
import { isOverAfter, type SessionEnd } from '#rules/access/session-end.js';
import type { RelayAgent, RelayCollaborators } from './relay-collaborators.js';
import { TranscriptWriter } from './transcript-writer.js';

export interface RelayMeans {
  readonly model: Speaker;
  readonly clock: Clock;
  readonly collaborators: RelayCollaborators;
  readonly silenceSeconds: number;
}

/** Time that Twilio has to close the socket after `end`; then the api closes it. */
const CLOSING_MS = 5_000;

/** Twilio's own limit: https://www.twilio.com/docs/voice/api/call-resource (TimeLimit). */
const LONGEST_CALL_SECONDS = 4 * 3_600;

/** Longest wait for the database and for Twilio's goodbye while the api shuts down. */
const HURRY_MS = 5_000;

/** Codes of RFC 6455, 7.4.1. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const NO_CODE = 1005;
const POLICY_VIOLATION = 1008;

/** Session of a call's conversation: its socket, what is said over it, and the work at its end. */
export class RelayCall {
  private readonly logger = new Logger('Relay');
  private readonly session: RelaySession;
  private readonly transcript: TranscriptWriter;
  private readonly startedAt: Date;
  private readonly model: Speaker;
  private end: SessionEnd | null = null;
  /** Resolves, and never rejects, when all is written down. */
  readonly over: Promise<void>;

  constructor(
    readonly dialerJobId: string,
    private readonly peer: { readonly socket: WebSocket; readonly agent: RelayAgent },
    private readonly means: RelayMeans,
  ) {
    const { socket, agent } = peer;
    this.model = reporting(means.model, (err) => this.warn('Language model failed in a call', { err }));
    this.startedAt = agent.startedAt ?? new Date(means.clock.now());
    this.transcript = new TranscriptWriter(dialerJobId, means.clock, (turns, end) => {
      const { hasAnswered } = this.session;
      return means.collaborators.keepSession({ dialerJobId, session: agent.session, turns, hasAnswered, end });
    });
    this.session = this.newSession();
    this.over = new Promise((resolve) => socket.once('close', (code) => resolve(this.finish(code))));
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.hear((data as Buffer).toString());
    });
    this.session.start();
  }

  /** True once the other side may connect again. */
  get isClosed(): boolean {
    return this.peer.socket.readyState >= this.peer.socket.CLOSING;
  }

  /**
   * Leaves the call because the api shuts down. Turns are stored first: another process may continue as soon as the
   * socket is closed.
   */
  leave(): void {
    this.end ??= 'shut_down';
    this.session.close();
    const { socket } = this.peer;
    const callOff = this.means.clock.after(HURRY_MS, () => socket.terminate());
    void this.over.then(callOff);
    void this.transcript.idle().then(() => socket.close(GOING_AWAY));
  }

  private newSession(): RelaySession {
    const { clock, silenceSeconds } = this.means;
    const { longestCallSeconds = LONGEST_CALL_SECONDS, ...agent } = this.peer.agent;
    return new RelaySession(
      { ...agent, longestCallSeconds, startedAt: this.startedAt, silenceSeconds },
      { speaker: this.model, clock },
      { send: (message) => this.send(message), turnsChanged: (turns) => this.transcript.keep(turns) },
    );
  }

  private hear(text: string): void {
    const message = decodeRelayMessage(text);
    if (message?.type === 'setup' && !this.isOurs(message.callSid)) return this.reject();
    // After a brace Twilio quotes one of our messages, which may contain a person's words.
    if (message?.type === 'error')
      this.warn('Twilio reports an error in a call', {
        error: foreignText(message.description.split('{', 1)[0] ?? ''),
      });
    if (message) this.session.hear(message);
  }

  private isOurs(callSid: string | null): boolean {
    const { callSid: known } = this.peer.agent;
    return known === null || callSid === known;
  }

  private reject(): void {
    this.warn('Twilio connected another call than the one of this dialer job; the socket is closed');
    this.session.close();
    this.peer.socket.close(POLICY_VIOLATION);
  }

  private warn(text: string, fields: { readonly err?: unknown; readonly error?: string } = {}): void {
    this.logger.warn(text, { dialer_job_id: this.dialerJobId, ...fields });
  }

  private send(message: AgentMessage): void {
    const { socket } = this.peer;
    if (socket.readyState === socket.OPEN) socket.send(encodeAgentMessage(message));
    if (message.type !== 'end') return;
    this.end = message.reason;
    if (message.reason === 'too_long') return socket.close(POLICY_VIOLATION);
    const callOff = this.means.clock.after(CLOSING_MS, () => socket.close());
    socket.once('close', callOff);
  }

  /** Ends the session. The worker concludes later what the conversation came to. */
  private async finish(code: number): Promise<void> {
    this.session.close();
    const { turns } = this.session;
    const end = this.endAfter(code);
    this.logger.log({ dialer_job_id: this.dialerJobId, ended: end, turns: turns.length });
    await this.transcript.complete(turns, end);
  }

  /** Returns how the session ended. A contact who hangs up before the agent has answered was not talked with. */
  private endAfter(code: number): SessionEnd {
    const end = this.end ?? (code === NORMAL || code === NO_CODE ? 'hung_up' : 'lost');
    return isOverAfter(end) && this.session.isUnanswered ? 'model_failed' : end;
  }
}

/** Wraps a model so that its failures are reported to the operator. Answers that were cut off are not failures. */
function reporting(model: Speaker, report: (error: unknown) => void): Speaker {
  return {
    async *stream(messages, signal) {
      try {
        yield* model.stream(messages, signal);
      } catch (error) {
        if (!signal.aborted) report(error);
        throw error;
      }
    },
  };
}
