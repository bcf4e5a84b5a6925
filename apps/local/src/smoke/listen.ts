import { messageOf } from '../processes/start-error.js';
import { listenForWebhooks, type WebhookListener, type Probe } from './webhook-listener.js';
import type { SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

/** Listens for webhooks; null: that is impossible. No call is then placed, since there would be little to check. */
export async function listen(
  { settings, checklist }: SmokeRun,
  call: SmokeCall,
  probe: Probe,
): Promise<WebhookListener | null> {
  const { host, port, publicUrl } = settings.config;
  try {
    const listener = await listenForWebhooks({
      host,
      port,
      publicUrl,
      provider: call.provider,
      dialerJobId: call.request.dialerJobId,
      probe,
      onReading: (reading) => call.heard.hearWebhook(reading),
    });
    checklist.judge('listening', { mark: '✓', seen: `on ${host}:${listener.port}, for what comes to ${publicUrl}` });
    return listener;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint =
      code === 'EADDRINUSE'
        ? 'Stop the api for the time of this check, or set PORT to another one and lead PUBLIC_URL there. Nothing ' +
          'was sent.'
        : 'HOST and PORT must be an address of this machine and a port that it may open. Nothing was sent.';
    checklist.judge('listening', {
      mark: '✗',
      seen: `not possible on ${host}:${port} (${code ?? messageOf(error)})`,
      hint,
    });
    return null;
  }
}
