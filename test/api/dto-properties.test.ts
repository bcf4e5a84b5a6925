import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataArgsStorage } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { entityOf } from '../../apps/api/src/fields/has-columns.js';

type Dto = new () => object;

/** Properties that are only named to say why they are rejected. */
const NOT_IN_THE_DOCUMENT = ['UpdateCampaignBody.is_test'];

/**
 * Properties that may be null though their column may not, or the other way round. A view shows what holds: a default
 * policy or window for null, null for a lead that is never due, the role of an invitation alone. A body leaves out what
 * has a default.
 */
const NULL_OTHERWISE = [
  'CampaignView.retry_policy',
  'CampaignView.calling_window',
  'AddConsentBody.given_at',
  'AddContactBody.custom_fields',
  'UpdateContactBody.custom_fields',
  'ContactView.next_attempt_at',
  'InviteBody.role',
  'InvitationView.role',
];

/** Texts that are stored in another form than they are sent, which limits their length. */
const OF_A_FORM = ['phone_number', 'from_number', 'default_country', 'language', 'timezone'];

const FOLDER = 'apps/api/src';

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dto.ts'));

/** Classes of bodies, queries and views. */
async function dtos(): Promise<Dto[]> {
  const modules = await Promise.all(
    files.map((file) => import(join(process.cwd(), FOLDER, file)) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((exports) => Object.values(exports)).filter(isClass);
}

function isClass(value: unknown): value is Dto {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

function documented(dto: Dto): string[] {
  const names = (Reflect.getMetadata('swagger/apiModelPropertiesArray', dto.prototype) ?? []) as string[];
  return names.map((name) => name.slice(1));
}

describe('A property of a DTO', () => {
  it('has a decorator: without one the document lacks it, and a body that names it is rejected', async () => {
    const classes = await dtos();
    expect(classes.length).toBeGreaterThan(100);
    const bare = classes.flatMap((dto) => {
      const names = documented(dto);
      return Object.keys(new dto()).flatMap((name) => (names.includes(name) ? [] : [`${dto.name}.${name}`]));
    });
    expect(bare).toEqual(NOT_IN_THE_DOCUMENT);
  });

  it('may be null where its column may be cleared, and nowhere else', async () => {
    const wrong = (await stored()).filter(
      ({ property, column }) => (property.nullable ?? false) !== isClearable(column),
    );
    expect(wrong.map(({ name }) => name)).toEqual(NULL_OTHERWISE);
  });

  it('is a text no longer than its column', async () => {
    const texts = (await stored()).filter(
      ({ dto, property, column }) => isBody(dto) && column.length && !property.enum && !property.format,
    );
    const wrong = texts.filter(({ property, column }) => !(Number(property.maxLength) <= Number(column.length)));
    expect(new Set(wrong.map(({ name }) => name.split('.')[1]))).toEqual(new Set(OF_A_FORM));
  });
});

interface Property {
  readonly nullable?: boolean;
  readonly maxLength?: number;
  readonly enum?: unknown;
  readonly format?: string;
}

interface Column {
  readonly length?: number | string;
  readonly nullable?: boolean;
  readonly default?: unknown;
}

interface StoredProperty {
  readonly name: string;
  readonly dto: Dto;
  readonly property: Property;
  readonly column: Column;
}

/** Properties of DTOs that have the name of a column of their entity. */
async function stored(): Promise<StoredProperty[]> {
  return (await dtos()).flatMap((dto) => {
    const entity = entityOf(dto);
    const columns = getMetadataArgsStorage().columns.filter(({ target }) => target === entity);
    return columns.flatMap(({ propertyName, options }) => {
      const property = Reflect.getMetadata('swagger/apiModelProperties', dto.prototype, propertyName) as Property;
      return property ? [{ name: `${dto.name}.${propertyName}`, dto, property, column: options }] : [];
    });
  });
}

/** A column with a default is filled by it, and never cleared. */
function isClearable(column: Column): boolean {
  return column.nullable === true && column.default === undefined;
}

function isBody(dto: Dto): boolean {
  return dto.name.endsWith('Body');
}
