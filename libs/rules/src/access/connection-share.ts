/**
 * Priority of work while connections to the database are short. `critical` work stops dialing, records call reports, or
 * belongs to the engine. `heavy`: lists and exports. `begun`: an export whose first lines are sent.
 */
export type WorkClass = 'critical' | 'normal' | 'heavy' | 'begun';

/** Work that needs a connection. */
export interface ConnectionWork {
  readonly workClass: WorkClass;
  /** Tenant whose share the work uses; null if unknown, or if the work belongs to no tenant. */
  readonly tenantId: string | null;
}

/** Connections that may be busy at the same time. */
export interface ConnectionShares {
  readonly all: number;
  /** Limit of work that is not critical: the other connections are kept for critical work. */
  readonly open: number;
  /** Limit of heavy work of all tenants. */
  readonly heavy: number;
  /** Limit of one tenant's work that is not critical. */
  readonly tenant: number;
  /** Limit of one tenant's heavy work. */
  readonly tenantHeavy: number;
  /** Limit of critical work that one tenant requested, so that it cannot use the connections kept for call reports. */
  readonly tenantCritical: number;
}

/** Smallest pool that can be shared. */
export const LEAST_POOL_SIZE = 3;

/**
 * Returns the shares of a pool. A fifth is kept for critical work. Of the others one tenant gets half at most, and
 * heavy work leaves a quarter. A pool of ten has 8 open, 6 heavy, 4 per tenant, and 3 for a tenant's heavy work. A
 * tenant's critical requests may use 2 more.
 */
export function sharesOf(poolSize: number): ConnectionShares {
  const all = Math.max(LEAST_POOL_SIZE, poolSize);
  const open = all - Math.max(1, Math.floor(all / 5));
  const tenant = Math.ceil(open / 2);
  return {
    all,
    open,
    heavy: open - Math.max(1, Math.floor(open / 4)),
    tenant,
    tenantHeavy: Math.max(1, tenant - 1),
    tenantCritical: all - open,
  };
}

interface TenantConnections {
  readonly open: number;
  readonly heavy: number;
  readonly critical: number;
}

const NONE: TenantConnections = { open: 0, heavy: 0, critical: 0 };

/** Counts busy connections by kind of work and by tenant. */
export class BusyConnections {
  private all = 0;
  private open = 0;
  private heavy = 0;
  private readonly byTenant = new Map<string, TenantConnections>();

  constructor(private readonly shares: ConnectionShares) {}

  /** True if the shares leave a connection for this work. */
  canEnter({ workClass, tenantId }: ConnectionWork): boolean {
    const { shares } = this;
    const own = this.ownOf(tenantId);
    if (this.all >= shares.all) return false;
    if (workClass === 'critical') return own.critical < shares.tenantCritical;
    if (this.open >= shares.open || own.open >= shares.tenant) return false;
    return !isHeavy(workClass) || (this.heavy < shares.heavy && own.heavy < shares.tenantHeavy);
  }

  enter(work: ConnectionWork): void {
    this.add(work, 1);
  }

  leave(work: ConnectionWork): void {
    this.add(work, -1);
  }

  private add({ workClass, tenantId }: ConnectionWork, n: 1 | -1): void {
    const open = workClass === 'critical' ? 0 : n;
    const heavy = isHeavy(workClass) ? n : 0;
    this.all += n;
    this.open += open;
    this.heavy += heavy;
    if (tenantId === null) return;
    const own = this.ownOf(tenantId);
    const after = { open: own.open + open, heavy: own.heavy + heavy, critical: own.critical + n - open };
    if (after.open + after.critical === 0) this.byTenant.delete(tenantId);
    else this.byTenant.set(tenantId, after);
  }

  /** Returns the counts of a tenant. Work of no tenant has no share of its own to use up. */
  private ownOf(tenantId: string | null): TenantConnections {
    return (tenantId !== null && this.byTenant.get(tenantId)) || NONE;
  }
}

function isHeavy(workClass: WorkClass): boolean {
  return workClass === 'heavy' || workClass === 'begun';
}
