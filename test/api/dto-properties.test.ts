import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

type Dto = new () => object;

/** Properties that are only named to say why they are rejected. */
const NOT_IN_THE_DOCUMENT = ['UpdateCampaignBody.is_test'];

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
});
