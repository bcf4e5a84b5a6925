/** Roles of users. `admin` may do everything in the tenant, `user` works with campaigns, `viewer` reads. */
export const ROLES = ['admin', 'user', 'viewer'] as const;
export type Role = (typeof ROLES)[number];
