import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHmac, randomUUID } from 'node:crypto';
import { accountLinkUrl, type LinkPurpose } from '#config/account-link.js';
import type { AccountConfig } from '#config/config.js';
import { appendLink } from './link-file.js';

/** Injection token of the settings that say how links to accounts are delivered. */
export const ACCOUNT_CONFIG = Symbol('AccountConfig');

export interface AccountLink {
  readonly purpose: LinkPurpose;
  readonly email: string;
  /** Secret of the link. The database stores only its hash. */
  readonly token: string;
  readonly expires_at: Date;
}

const PATIENCE_MS = 10_000;

/**
 * Hands one-time links to the operator's mailer by a webhook, signed as https://www.standardwebhooks.com says. Without
 * a webhook, a system that only this machine can reach writes them to a file. The log never has them.
 */
@Injectable()
export class AccountLinks {
  private readonly logger = new Logger('AccountLinks');

  constructor(@Inject(ACCOUNT_CONFIG) private readonly config: AccountConfig) {}

  urlOf(link: Pick<AccountLink, 'purpose' | 'token'>): string {
    return accountLinkUrl(this.config.linkUrl, link);
  }

  async deliver(link: AccountLink): Promise<void> {
    const { webhookUrl, linkFile } = this.config;
    if (webhookUrl !== null) return this.post(webhookUrl, link);
    if (linkFile !== null) return this.keep(linkFile, link);
    this.complain(new Error('ACCOUNT_WEBHOOK_URL is not set'));
  }

  complain(error: unknown): void {
    this.logger.error('A link to an account was not delivered', { err: error });
  }

  private async keep(file: string, link: AccountLink): Promise<void> {
    const { purpose, email, expires_at } = link;
    await appendLink(file, { at: new Date(), purpose, email, expires_at, link: this.urlOf(link) });
    this.logger.log("A link to an account is in a file that only this system's user can read", { purpose, file });
  }

  private async post(url: string, link: AccountLink): Promise<void> {
    const { purpose, email, expires_at, token } = link;
    const data = { email, token, link: this.urlOf(link), expires_at };
    const body = JSON.stringify({ type: `account.${purpose}`, timestamp: new Date(), data });
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...this.signature(body) },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(`ACCOUNT_WEBHOOK_URL answered ${answer.status}`);
  }

  private signature(body: string): Record<string, string> {
    const id = `msg_${randomUUID()}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const key = Buffer.from((this.config.webhookSecret ?? '').replace(/^whsec_/, ''), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
  }
}
