import type { WebSocket } from '@fastify/websocket';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { RelayCall, type RelayMeans } from './relay-call.js';
import { logAttack } from '../limits/attack-log.js';
import type { RelayAgent } from './relay-collaborators.js';

export interface RelaySettings extends RelayMeans {
  /** PUBLIC_URL: where Twilio sees us. */
  readonly publicUrl: string;
  /**
   * Returns the primary auth token, which signs, of the Twilio account of a dialer job. Null rejects the connection for
   * good, undefined for now.
   */
  readonly authToken: (dialerJobId: string) => Promise<string | null | undefined>;
  readonly mostSockets: number;
}

export interface RelayRoute {
  readonly Params: { readonly dialer_job_id: string };
}

type RelayRequest = FastifyRequest<RelayRoute>;

const TRY_AGAIN_LATER = 1013;
/** Id of a dialer job as it is stored: in lower case, since calls are known by it. */
const JOB_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Accepts Twilio's connections, and knows the conversations that are under way in this process. */
export class RelayServer {
  private readonly logger = new Logger('Relay');
  /** Calls in conversation, by dialer job. */
  private readonly calls = new Map<string, RelayCall>();
  /** Requests that are being authorized, by dialer job: no conversation is opened twice at the same time. */
  private readonly arriving = new Map<string, RelayRequest>();
  private readonly agents = new WeakMap<RelayRequest, RelayAgent>();
  private isClosing = false;

  constructor(private readonly settings: RelaySettings) {}

  /** Rejects a handshake that is not to become a socket, with 403, 404, 409 or 503 and no body. */
  async authorize(request: RelayRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const jobId = request.params.dialer_job_id;
    const isSigned = await this.isSigned(request);
    if (isSigned === undefined) return reply.code(503).send();
    if (!isSigned) {
      logAttack('forged_webhook', { ip: request.ip });
      return reply.code(403).send();
    }
    if (!request.ws) return reply.code(404).send();
    await this.endOf(jobId);
    if (this.calls.has(jobId) || this.arriving.has(jobId)) return reply.code(409).send();
    if (this.isFull) return reply.code(503).send();
    this.arriving.set(jobId, request);
    request.raw.socket.once('close', () => this.hasArrived(request));
    const agent = await this.openSession(jobId);
    if (agent) this.agents.set(request, agent);
    else this.hasArrived(request);
    if (agent === undefined) return reply.code(503).send();
    return agent === null ? reply.code(404).send() : undefined;
  }

  accept(socket: WebSocket, request: RelayRequest): void {
    const jobId = request.params.dialer_job_id;
    const agent = this.agents.get(request);
    this.hasArrived(request);
    if (!agent || this.isClosing) return socket.close(TRY_AGAIN_LATER);
    const call = new RelayCall(jobId, { socket, agent }, this.settings);
    this.calls.set(jobId, call);
    void call.over.then(() => this.calls.delete(jobId));
  }

  private hasArrived(request: RelayRequest): void {
    const jobId = request.params.dialer_job_id;
    if (this.arriving.get(jobId) === request) this.arriving.delete(jobId);
  }

  /**
   * Waits until an earlier session of the call has ended and its turns are stored. A returning session continues from
   * them.
   */
  private async endOf(jobId: string): Promise<void> {
    const before = this.calls.get(jobId);
    if (before?.isClosed) await before.over;
  }

  /** Resolves when what was said in all calls is written down. */
  async close(): Promise<void> {
    this.isClosing = true;
    const calls = [...this.calls.values()];
    for (const call of calls) call.leave();
    await Promise.all(calls.map(({ over }) => over));
  }

  /** Logs the error of a socket that broke or violated the protocol. The socket is closed already. */
  complain(error: Error): void {
    this.logger.warn('Socket of a conversation failed', { err: error });
  }

  private get isFull(): boolean {
    return this.isClosing || this.calls.size + this.arriving.size >= this.settings.mostSockets;
  }

  /**
   * Verifies the signature over the URL that Twilio knows:
   * https://www.twilio.com/docs/voice/conversationrelay/onboarding. Returns undefined if that is not possible for now.
   */
  private async isSigned({ headers, originalUrl, params }: RelayRequest): Promise<boolean | undefined> {
    const signature = headers['x-twilio-signature'];
    if (typeof signature !== 'string') return false;
    const authToken = await this.findToken(params.dialer_job_id);
    if (authToken === undefined) return undefined;
    if (!authToken) return false;
    const base = this.settings.publicUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
    return validateRequest(authToken, signature, `${base}${originalUrl}`, {});
  }

  private async findToken(jobId: string): Promise<string | null | undefined> {
    try {
      return await this.settings.authToken(jobId);
    } catch (error) {
      this.logger.error('Account of a conversation cannot be found', { dialer_job_id: jobId, err: error });
      return undefined;
    }
  }

  /** Opens the session of a dialer job. Null: it has no live call. Undefined: that cannot be found out now. */
  private async openSession(jobId: string): Promise<RelayAgent | null | undefined> {
    try {
      return JOB_ID.test(jobId) ? await this.settings.collaborators.openSession(jobId) : null;
    } catch (error) {
      this.logger.error('Conversation cannot be opened', { dialer_job_id: jobId, err: error });
      return undefined;
    }
  }
}
