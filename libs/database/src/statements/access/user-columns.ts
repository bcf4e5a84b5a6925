import { columnsOf } from '../../entities/columns.js';
import { UserProfile } from '../../entities/user-profile.entity.js';

/** Properties of a tenant that each request of its users and programs carries. */
export interface TenantOfUser {
  readonly tenant_id: string;
  readonly business_name: string;
  /** 0 if there is no limit. */
  readonly minutes_remaining: number;
  readonly minutes_unlimited: boolean;
}

/** A signed-in user, as every request reads them. */
export interface UserRow extends TenantOfUser, Readonly<Pick<UserProfile, 'id' | 'email' | 'name' | 'role'>> {}

/** Columns of `TenantOfUser`, from `tenants t`. */
export const TENANT_OF_USER = `t.id AS tenant_id, t.business_name,
      coalesce(t.minutes_remaining, 0) AS minutes_remaining, t.minutes_remaining IS NULL AS minutes_unlimited`;

const PROFILE = columnsOf(UserProfile, ['tenant_id', 'created_at', 'deactivated_at']).map((column) => `u.${column}`);

/** Columns of `UserRow`, from `user_profiles u` and `tenants t`. */
export const USER_COLUMNS = `${PROFILE.join(', ')}, ${TENANT_OF_USER}`;
