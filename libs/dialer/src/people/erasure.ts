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
  /**
   * Recordings that providers still have. A provider must be asked to delete them, or retention asks its host again.
   */
  readonly left_with_providers: readonly ProviderRecording[];
}

/** Erases people. A keyed hash remembers not to store them again. */
@Injectable()
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly hash: PersonHash,
    private readonly deletion: RecordingDeletion,
  ) {}

  /**
   * Erases a person. Safe for an unknown person, and safe to repeat. Webhooks that are kept for the operator belong to
   * no tenant. They are emptied afterwards, or by the next retention if this process dies.
   * @throws DomainError while the person is in a call or a call to them is being placed.
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
