import { until } from '../../support/until.js';
import type { Invitation } from '../sip/sipp-callee.js';
import type { SipSite } from '../sip/sip-site.js';
import type { CarrierStage } from './carrier-stage.js';

/** A person at a telephone: says what is done with the call, given what the database knows of it. */
export type Person = (status: string) => string | null;

/** Answers, and hangs up once it is known that there was an answer. */
export const TALKS: Person = (status) => (status === 'in_progress' ? 'hang_up' : 'answer');

export const refuses =
  (code: number): Person =>
  () =>
    `refuse_${code}`;

/** The people behind sipp's telephone, each called over real SIP. */
export class SipExchange {
  /** The most calls that were live at one time. */
  mostAtOnce = 0;
  private readonly told = new Map<Invitation, string>();

  constructor(
    private readonly site: SipSite,
    private readonly personAt: (to: string) => Person,
  ) {}

  callsTo(to: string): number {
    return this.site.callee.invitations.filter((invitation) => numberOf(invitation) === to).length;
  }

  /** Lets people answer their telephones until this is so. */
  async playUntil(
    { stage, campaignId }: { stage: CarrierStage; campaignId: string },
    what: string,
    isSo: () => Promise<boolean>,
  ): Promise<void> {
    await until(what, async () => {
      const statuses = new Map((await stage.callsOf(campaignId)).map(({ to, status }) => [to, status]));
      const live = this.site.callee.invitations.filter(({ isOver }) => !isOver);
      this.mostAtOnce = Math.max(this.mostAtOnce, live.length);
      for (const invitation of live) this.play(invitation, statuses.get(numberOf(invitation)) ?? '');
      return isSo();
    });
  }

  private play(invitation: Invitation, status: string): void {
    const verb = this.personAt(numberOf(invitation))(status);
    if (verb === null || this.told.get(invitation) === verb) return;
    this.told.set(invitation, verb);
    this.site.callee.orderCall(invitation.callId, verb);
  }
}

function numberOf({ target }: Invitation): string {
  return /^sip:([^@]*)@/.exec(target)?.[1] ?? '';
}
