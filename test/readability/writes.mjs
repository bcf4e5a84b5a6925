import ts from 'typescript';
import { placeOf, walk } from './sources.mjs';

const VERB = /INSERT\s+INTO|UPDATE(?=\s+(?:ONLY\s+)?\w+(?:\s+(?:AS\s+)?\w+)?\s+SET\b)|DELETE\s+FROM/;
const WRITE = new RegExp(`\\b(${VERB.source})\\s+(?:ONLY\\s+)?(?:\\w+\\.)?(\\w+)`);

/** Marks of statements that write more than one row, or lock: they stay written by hand. */
const MORE_THAN_A_ROW = [
  /^\s*WITH\b/i,
  /\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE|KEY\s+SHARE)\b/,
  /\bSKIP\s+LOCKED\b/,
  /\b(unnest|jsonb_to_recordset|jsonb_populate_recordset|jsonb_array_elements|generate_series)\s*\(/,
  /\bANY\s*\(/,
];

/**
 * Maps each table to its unique keys, from `schema.sql`: primary keys, UNIQUE constraints and unique indexes without a
 * condition. `tenant_id` is left out of a key of several columns, as row-level security sets it.
 */
export function uniqueKeys(schema) {
  const keys = new Map();
  const add = (table, columns) => {
    const names = columns.split(',').map((name) => name.trim().split(/\s/)[0]);
    const rest = names.filter((name) => names.length === 1 || name !== 'tenant_id');
    keys.set(table, [...(keys.get(table) ?? []), rest]);
  };
  for (const [, table, body] of schema.matchAll(/^CREATE (?:UNLOGGED )?TABLE (\w+) \(\n([\s\S]*?)^\)/gm)) {
    keys.set(table, keys.get(table) ?? []);
    for (const line of body.split('\n')) {
      const [, column] = /^ {2}(\w+) .*\b(?:PRIMARY KEY|UNIQUE)\b(?! \()/.exec(line) ?? [];
      const [, columns] = /^ {2}(?:CONSTRAINT \w+ )?(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)/.exec(line) ?? [];
      if (columns ?? column) add(table, columns ?? column);
    }
  }
  const indexes = schema.matchAll(/^CREATE UNIQUE INDEX \w+ ON (\w+) \(([^()]*)\)[^;]*;/gm);
  for (const [statement, table, columns] of indexes) if (!/\bWHERE\b/.test(statement)) add(table, columns);
  return keys;
}

/**
 * Tells whether a statement writes one row by hand. It is one INSERT, UPDATE or DELETE on a table of the schema,
 * without CTE, lock, batch or second table. An INSERT has VALUES of one row. An UPDATE or DELETE compares each
 * column of a unique key with a parameter.
 */
export function isSingleRowWrite(text, keys) {
  const sql = text.replace(/--.*$/gm, '').trim();
  const [whole, verb, table] = WRITE.exec(sql) ?? [];
  if (!whole || !sql.startsWith(whole) || !keys.has(table)) return false;
  if (MORE_THAN_A_ROW.some((mark) => mark.test(sql)) || WRITE.test(sql.slice(whole.length))) return false;
  return verb.startsWith('INSERT') ? isOneRowOfValues(sql) : isByUniqueKey(sql, keys.get(table));
}

function isOneRowOfValues(sql) {
  const [, values] = /\bVALUES\s*(\([\s\S]*)$/.exec(sql) ?? [];
  if (values !== undefined) return !/^\s*,\s*\(/.test(values.slice(endOfBrackets(values)));
  return /\bDEFAULT\s+VALUES\b/.test(sql);
}

function endOfBrackets(text) {
  let depth = 0;
  for (const [index, sign] of [...text].entries()) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return text.length;
}

function isByUniqueKey(sql, keys) {
  if (/^\s*DELETE[\s\S]*\bUSING\b/.test(sql)) return false;
  const [, assigned = '', condition = ''] = /^([\s\S]*)\bWHERE\b([\s\S]*?)(\bRETURNING\b[\s\S]*)?$/.exec(sql) ?? [];
  if (/\bFROM\b/.test(assigned.replace(/^\s*DELETE\s+FROM/, '').replace(/\([^]*?\)/g, ''))) return false;
  if (/\bOR\b/.test(condition)) return false;
  const compared = new Set(
    [...condition.matchAll(/(?:\w+\.)?(\w+)\s*=\s*(?:\$\d|\?|digest\()/g)].map(([, name]) => name),
  );
  return keys.some((key) => key.every((column) => compared.has(column)));
}

/** Lists the single-row writes by hand of a source. */
export function handWrites(source, keys) {
  const found = [];
  walk(source.tree, (node) => {
    const isText =
      ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
    if (!isText) return;
    const sql = textOf(node);
    if (isSingleRowWrite(sql, keys)) found.push(placeOf(source, node, sql.trim().replace(/\s+/g, ' ').slice(0, 90)));
  });
  return found;
}

function textOf(node) {
  if (!ts.isTemplateExpression(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `?${literal.text}`).join('');
}

const MANAGED = new Set(
  'save insert update delete upsert remove softDelete softRemove restore increment decrement recover'.split(' '),
);

/** Lists the writes of a source that go through a TypeORM repository, manager or query builder. */
export function managedWrites(source) {
  const entities = new Set(
    [...source.text.matchAll(/import (?:type )?\{([^}]*)\} from '[^']*\.entity\.js'/g)].flatMap(([, names]) =>
      names.split(',').map((name) => name.trim().split(' as ').at(-1)),
    ),
  );
  const found = [];
  walk(source.tree, (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const { name, expression } = node.expression;
    const receiver = expression.getText(source.tree);
    const isOfTypeOrm =
      /((^|\.)(\w*[mM]anager|\w*[rR]epository|repo)|[gG]etRepository(<[^>]*>)?\([^)]*\))$/.test(receiver) ||
      (/createQueryBuilder\(/.test(receiver) && !/\.(insert|update|delete)\(/.test(receiver)) ||
      entities.has(node.arguments[0]?.getText(source.tree));
    if (MANAGED.has(name.text) && isOfTypeOrm) found.push(placeOf(source, node.expression.name, name.text));
  });
  return found;
}
