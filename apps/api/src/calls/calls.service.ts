import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { CallRow } from '#database/entities/call.entity.js';
import { findCall, findRecording, findTranscript, type RecordingRow } from '#database/statements/calls/calls.js';
import { DoNotCall } from '#dialer/people/do-not-call.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { DomainError, DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import type { CallRecording, OpenedRecording } from '#telephony/port/telephony-provider.js';
import type { DispositionAnswer, TranscriptAnswer } from './call.dto.js';

interface OwnedCall {
  readonly tenantId: string;
  readonly callId: string;
}

@Injectable()
export class CallsService {
  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
    private readonly doNotCall: DoNotCall,
  ) {}

  /** Records that the person of this call does not want to be called again. */
  async optOut(call: OwnedCall): Promise<DispositionAnswer> {
    const { phone_number, is_test } = await this.get(call);
    const list = { tenantId: call.tenantId, isTest: is_test };
    const entry = { phone_number, reason: 'asked in a call', source: 'opt_out', expires_at: null } as const;
    const { contacts_suppressed } = await this.doNotCall.add(list, [entry], {
      action: 'call.opt_out',
      subject: call.callId,
    });
    return { phone_number, contacts_suppressed };
  }

  async get(call: OwnedCall): Promise<CallRow> {
    const found = await findCall(this.database, call);
    if (!found) throw new DomainError('call_not_found');
    return found;
  }

  async transcript(call: OwnedCall): Promise<TranscriptAnswer> {
    const found = await this.database.transaction((tx) => findTranscript(tx, call));
    if (!found) throw new DomainError('call_not_found');
    if (found.transcript === null && found.messages === null) throw new DomainError('transcript_not_found');
    return { call_id: found.call_id, turns: found.messages ?? [], text: found.transcript ?? '' };
  }

  /** Returns the recording, from the provider that made it. */
  async recording(call: OwnedCall): Promise<CallRecording> {
    const stored = await this.database.transaction((tx) => findRecording(tx, call));
    const recording = stored ? await this.openRecording(stored) : 'gone';
    if (typeof recording !== 'string') return recording;
    await this.get(call);
    throw new DomainError(recording === 'gone' ? 'recording_not_found' : 'recording_unavailable');
  }

  private async openRecording(recording: RecordingRow): Promise<OpenedRecording> {
    const route = await this.routes.routeOfAccount(recording);
    if (route.closedFor === 'telephony_account_unreadable')
      throw new DomainError('recording_unavailable', {}, DOMAIN_ERRORS.telephony_account_unreadable);
    if (!route.carries(recording) && route.closedFor === null) return 'unavailable';
    return route.provider.openRecording(recording.source_url);
  }
}
