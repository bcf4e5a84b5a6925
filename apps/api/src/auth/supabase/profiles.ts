import { Injectable } from '@nestjs/common';
import { acrossTenants, identifyActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findProfile, lockProfile, type ProfileRow } from '#database/statements/access/profiles.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { ROLES, type Role } from '#rules/access/role.js';
import { isStorable } from '#rules/values/storable.js';
import type { SessionUser } from '../../http/current-user.js';
import { insertProfile } from './insert-profile.js';
import type { SupabaseClaims } from './supabase-claims.js';

/** Tells to which tenant a new user belongs: docs/supabase.md, "Who gets in". */
export type NewUsers = 'own_tenant' | 'refuse';

/** Reads the profiles of Supabase's users with every request, and makes them at the first. */
@Injectable()
export class Profiles {
  constructor(private readonly database: Database) {}

  /** Finds the profile of a user, or makes it. @returns undefined for a user who is deactivated. */
  async findOrCreate(claims: SupabaseClaims, newUsers: NewUsers): Promise<SessionUser | undefined> {
    const profile = await acrossTenants(
      async () => (await findProfile(this.database, claims.userId)) ?? (await this.provision(claims, newUsers)),
    );
    if (profile.is_deactivated) return undefined;
    const { is_deactivated: _, ...user } = profile;
    return { ...user, session_id: null };
  }

  /** Makes a profile. If two first requests come at once, one makes it and both find it. */
  private async provision(claims: SupabaseClaims, newUsers: NewUsers): Promise<ProfileRow> {
    const membership = membershipOf(claims, newUsers);
    try {
      return await this.database.transaction(async (tx) => {
        await lockProfile(tx, claims.userId);
        const known = await findProfile(tx, claims.userId);
        if (known) return known;
        const tenantId = await insertProfile(tx, { id: claims.userId, email: claims.email, ...membership });
        if (tenantId === undefined) throw new DomainError('profile_missing');
        identifyActor({ kind: 'user', id: claims.userId, tenantId });
        await recordAct(tx, tenantId, {
          action: 'user.provision',
          subject: claims.userId,
          detail: { role: membership.role, is_own_tenant: membership.tenantId === null },
        });
        return (await findProfile(tx, claims.userId))!;
      });
    } catch (error) {
      throw violatesUnique(error, 'user_profiles_email_key') ? new DomainError('email_taken') : error;
    }
  }
}

interface Membership {
  /** Null for a tenant of their own. */
  readonly tenantId: string | null;
  readonly businessName: string;
  readonly name: string | null;
  readonly role: Role;
}

function membershipOf({ appMetadata, userMetadata, email }: SupabaseClaims, newUsers: NewUsers): Membership {
  const { tenant_id: tenantId, outdial_role: role } = appMetadata;
  const name = textOf(userMetadata['full_name']) ?? textOf(userMetadata['name']);
  const businessName = textOf(userMetadata['business_name']) ?? email.slice(email.indexOf('@') + 1);
  if (tenantId === undefined || tenantId === null) {
    if (newUsers === 'refuse') throw new DomainError('profile_missing');
    return { tenantId: null, businessName, name, role: 'admin' };
  }
  if (typeof tenantId !== 'string' || !isStorable(tenantId)) throw new DomainError('profile_missing');
  return { tenantId, businessName, name, role: ROLES.find((one) => one === role) ?? 'user' };
}

const LONGEST_NAME = 255;

/** Returns a text cut to whole characters; null for a value that is no text, or cannot be stored. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '' || !isStorable(value)) return null;
  return [...value].slice(0, LONGEST_NAME).join('');
}
