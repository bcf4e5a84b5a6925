import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { lockCampaignsWith } from '#database/statements/people/dnc.js';
import {
  erasePerson,
  lockAdditions,
  lockLiveJobsOf,
  type ErasedRecording,
  type ErasedRows,
  type ProviderRecording,
} from '#database/statements/people/erase-person.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import { emptyWebhooksOfErased } from '#database/statements/telephony/provider-webhooks.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { RecordingDeletion } from './recording-deletion.js';
import { PersonHash } from './person-hash.js';

export interface ErasedPersonReport {
  readonly erased: ErasedRows;
  /** What lies with providers, who must be asked to delete it; or on a host that is asked again until it does. */
  readonly left_with_providers: readonly ProviderRecording[];
}

/** Forgets a person, and remembers only, by a keyed hash, not to store them again. */
@Injectable()
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly hash: PersonHash,
    private readonly deletion: RecordingDeletion,
  ) {}

  /**
   * Erasing somebody of whom nothing is known, or a second time, is fine. What is kept for the operator of callbacks is
   * no tenant's to change: it is emptied after that, or, should this process die first, by the next retention.
   * @throws Refusal while a call to them is on the line or being placed.
   */
  async erase(tenantId: string, phoneNumber: string): Promise<ErasedPersonReport> {
    const { providerRecordings, ...erased } = await this.eraseRows(tenantId, phoneNumber);
    await acrossTenants(() => emptyWebhooksOfErased(this.database));
    const deleted = await this.deletion.delete(providerRecordings.filter(({ is_deletable }) => is_deletable));
    const left = providerRecordings.filter(({ call_id }) => !deleted.has(call_id));
    return { erased, left_with_providers: left.map(toProviderRecording) };
  }

  private eraseRows(tenantId: string, phoneNumber: string): ReturnType<typeof erasePerson> {
    const [personHash, ...otherHashes] = this.hash.allOf(tenantId, phoneNumber);
    const deletingProvider = this.deletion.provider;
    return this.database.transaction(async (sql) => {
      await lockAdditions(sql, tenantId);
      await lockNumbers(sql, [{ tenant_id: tenantId, phone_number: phoneNumber }]);
      await lockCampaignsWith(sql, tenantId, [phoneNumber]);
      if (await lockLiveJobsOf(sql, { tenantId, phoneNumber })) throw new DomainError('person_on_the_line');
      const rows = await erasePerson(sql, { tenantId, phoneNumber, personHash, otherHashes, deletingProvider });
      const { providerRecordings: _recordings, ...erased } = rows;
      await recordAct(sql, tenantId, { action: 'person.erase', subject: personHash, detail: { ...erased } });
      return rows;
    });
  }
}

function toProviderRecording({ call_id, provider, provider_call_id }: ErasedRecording): ProviderRecording {
  return { call_id, provider, provider_call_id };
}
