import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ChatModel } from '#agent/chat-model.js';
import { SYSTEM_CLOCK } from '#agent/clock.js';
import type { Config } from '#config/config.js';
import { asEngine } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { keepConversation } from '#dialer/conversations/keep-conversation.js';
import { openConversation } from '#database/statements/conversations/open-conversation.js';
import { JobRoutes } from '#dialer/routes/job-routes.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import type { AccountProvider } from '#telephony/port/account-credentials.js';
import { TwilioProvider } from '#telephony/twilio/twilio-provider.js';
import { openingOf } from '#rules/first-words/first-words.js';
import { rendered } from '#rules/template/template.js';
import type { ProblemFilter } from '../errors/problem.filter.js';
import { ProviderWebhooks } from './provider-webhooks.js';
import { serveWebhooks } from './webhook-endpoint.js';
import type { RelayAgent, RelayCollaborators } from '../relay/relay-collaborators.js';
import { serveRelay } from '../relay/relay-endpoint.js';

const TWILIO: AccountProvider = 'twilio';

/** Seconds of silence after which the agent asks if the person is still there. */
const SILENCE_SECONDS = 10;

/** Conversations that one process holds at the same time. */
const MOST_SOCKETS = 500;

/** Largest webhook. Vapi's report of a call contains the whole conversation, and has a limit of its own. */
const MOST_BYTES = 1_048_576;
const MOST_BYTES_OF_REPORT = 5 * MOST_BYTES;

/**
 * Serves what providers call: webhooks, and with Twilio and a model the conversations. Called before the controllers'
 * routes are added.
 */
export async function serveTelephony(
  app: NestFastifyApplication,
  { telephony, publicUrl }: Pick<Config, 'telephony' | 'publicUrl'>,
  filter: ProblemFilter,
): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const webhooks = app.get(ProviderWebhooks);
  if (telephony.model !== null) {
    await serveRelay(fastify, {
      model: new ChatModel(telephony.model),
      clock: SYSTEM_CLOCK,
      collaborators: collaboratorsIn(app),
      publicUrl,
      authToken: (dialerJobId) => asEngine(() => tokenOf(app, dialerJobId)),
      silenceSeconds: SILENCE_SECONDS,
      mostSockets: MOST_SOCKETS,
    });
  }
  const mayBeVapi = telephony.provider === 'vapi' || telephony.accounts.credentialsKeys.length > 0;
  await serveWebhooks(fastify, {
    publicUrl,
    mostBytes: mayBeVapi ? MOST_BYTES_OF_REPORT : MOST_BYTES,
    requireKnownJob: (ip, dialerJobId) => webhooks.requireKnownJob(ip, dialerJobId),
    refuse: (error, request, reply) => filter.send(error, request, reply),
    handle: (provider, webhook) => webhooks.handle(provider, webhook),
  });
}

/** Returns the token of a job's account; null if its call does not go over Twilio, undefined if unreadable now. */
async function tokenOf(app: NestFastifyApplication, dialerJobId: string): Promise<string | null | undefined> {
  const route = (await app.get(JobRoutes).routeOfJob(dialerJobId)) ?? app.get(RouteResolver).own;
  if (route.isUnreadableTo(TWILIO)) return undefined;
  const { provider } = route;
  return provider instanceof TwilioProvider ? provider.authToken : null;
}

function collaboratorsIn(app: NestFastifyApplication): RelayCollaborators {
  const database = app.get(Database);
  return {
    openSession: (dialerJobId) => asEngine(() => openSession(database, dialerJobId)),
    keepSession: (kept) => asEngine(() => keepConversation(database, kept)),
  };
}

async function openSession(database: Database, dialerJobId: string): Promise<RelayAgent | null> {
  const call = await openConversation(database, dialerJobId);
  if (!call) return null;
  return {
    systemPrompt: rendered(call.system_prompt, call, 'prompt'),
    ...openingOf(call.first_words, call.first_message, call),
    language: call.language,
    startedAt: call.answered_at,
    longestCallSeconds: call.max_call_seconds,
    callSid: call.provider_call_id,
    session: call.sessions,
    earlierTurns: call.messages,
  };
}
