import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '..');
const LOCK_FILE = path.join(ROOT, 'package-lock.json');

/** What may be linked into an Apache-2.0 product. */
const SHIPPABLE =
  /^(MIT|MIT-0|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|ISC|0BSD|BlueOak-1\.0\.0|Unlicense|Zlib|CC0-1\.0)$/;

/** Licences that reach into what uses them. */
const BINDING = /\b(A?GPL|SSPL|BUSL)\b/;

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly resolved?: string;
}

type LockedEntry = readonly [place: string, entry: LockedPackage];

const { packages } = JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const installed = Object.entries(packages).filter(([place]) => place.startsWith('node_modules/'));

describe('the packages we build on', () => {
  test('everything that ships has a permissive licence', () => {
    const shipped = installed.filter(([, entry]) => entry.dev !== true && entry.devOptional !== true);
    assert.ok(shipped.length > 50, 'the lock file lists what ships');
    assert.deepEqual(shipped.filter(found => !isShippable(found)).map(describePackage), []);
  });

  test('no development tool is under a licence that would bind what it touches', () => {
    assert.deepEqual(
      installed.filter(found => !choicesOf(found).some(choice => !BINDING.test(choice))).map(describePackage),
      [],
    );
  });

  test('the lock file names versions and hashes, not download addresses', () => {
    assert.deepEqual(
      installed.filter(([, entry]) => entry.resolved?.startsWith('http')).map(([place]) => place),
      [],
    );
  });

  test('every version in package.json is exact', () => {
    const root = packages[''] as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
    const ranges = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap(kind =>
      Object.entries(root[kind] ?? {}).filter(([, version]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+$/.test(version)),
    );
    assert.deepEqual(ranges, []);
  });
});

/** An expression such as `(MIT OR Apache-2.0)` is fine when one of its choices is. */
function isShippable(found: LockedEntry): boolean {
  return choicesOf(found).some(choice => choice.split(/ AND /).every(part => SHIPPABLE.test(part.trim())));
}

/** The licences to choose from; old packages name them in a list that the lock file does not repeat. */
function choicesOf([place, entry]: LockedEntry): readonly string[] {
  if (entry.license !== undefined) return entry.license.replace(/[()]/g, '').split(/ OR /);
  const own = JSON.parse(readFileSync(path.join(ROOT, place, 'package.json'), 'utf8')) as {
    readonly licenses?: readonly { readonly type: string }[];
  };
  return own.licenses?.map(licence => licence.type) ?? [];
}

function describePackage(found: LockedEntry): string {
  const [place, entry] = found;
  return `${place.replace(/^.*node_modules\//, '')}@${entry.version ?? '?'}: ${choicesOf(found).join(' or ') || 'no licence named'}`;
}
