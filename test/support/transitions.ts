import type { TestDatabase } from './test-database.js';

const WATCHED = ['campaigns', 'leads', 'dialer_jobs', 'calls'];

/** Makes the database itself note every change of a status from now on. */
export async function watchTransitions(database: TestDatabase): Promise<void> {
  await database.query(`
    CREATE TABLE seen_transitions (subject text, was text, became text, PRIMARY KEY (subject, was, became));
    CREATE FUNCTION see_transition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO seen_transitions VALUES (TG_TABLE_NAME, OLD.status, NEW.status) ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$`);
  for (const table of WATCHED) {
    await database.query(`
      CREATE TRIGGER see_transition AFTER UPDATE ON ${table} FOR EACH ROW
      WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION see_transition()`);
  }
}

/** The changes of status that were noted, as `[subject, was, became]`. */
export async function seenTransitions(database: TestDatabase): Promise<[string, string, string][]> {
  const rows = await database.query<{ subject: string; was: string; became: string }>(`SELECT * FROM seen_transitions`);
  return rows.map(({ subject, was, became }) => [subject, was, became]);
}
