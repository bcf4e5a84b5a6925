import type { TestDatabase } from './test-database.js';

/**
 * Lists everything that schema `public` holds, one sentence each, as PostgreSQL itself words it. TypeORM's own table is
 * left out.
 */
export async function catalogOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ line: string }>(`
    WITH t AS (
      SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_migrations'
    )
    SELECT format('table %s, row security %s', relname, relrowsecurity) AS line FROM t
    UNION ALL SELECT format('forced on %s', relname) FROM t WHERE relforcerowsecurity
    UNION ALL SELECT format('grant %s on %s to %s', privilege_type, table_name, grantee)
      FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee LIKE 'outdial_%'
      AND table_name <> 'schema_migrations'
    UNION ALL SELECT format('grant %s (%s) on %s to %s', privilege_type, attname, relname, grantee::regrole)
      FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND NOT attisdropped AND attacl IS NOT NULL, aclexplode(attacl)
    UNION ALL SELECT format('column %s.%s %s%s default %s', relname, attname, format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN ' not null' ELSE '' END, coalesce(pg_get_expr(d.adbin, d.adrelid), 'none'))
      FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(k.oid))
      FROM t JOIN pg_constraint k ON k.conrelid = t.oid
    UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM t JOIN pg_index i ON i.indrelid = t.oid
    UNION ALL SELECT pg_get_triggerdef(g.oid) FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT tgisinternal
    UNION ALL SELECT format('policy %s on %s for %s to %s using %s check %s',
      policyname, tablename, cmd, roles, qual, with_check)
      FROM pg_policies WHERE schemaname = 'public'
    UNION ALL SELECT regexp_replace(pg_get_functiondef(p.oid), '\\s+', ' ', 'g')
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
    UNION ALL SELECT format('execute %s by %s', p.oid::regprocedure,
      CASE grantee WHEN 0 THEN 'all' ELSE grantee::regrole::text END)
      FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
      WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'`);
  return rows.map((row) => row.line).sort();
}
