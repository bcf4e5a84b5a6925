import type { CurrentUser } from '../http/current-user.js';
import type { UserView } from './auth.dto.js';

export function toUserView(user: CurrentUser): UserView {
  const { id, email, name, business_name, tenant_id, role, minutes_remaining, minutes_unlimited } = user;
  return { id, email, name, business_name, tenant_id, role, minutes_remaining, minutes_unlimited };
}
