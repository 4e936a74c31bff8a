import { type PropertyKind, propertiesOf, type SqlProperty } from './properties.ts';

/** A property as a server lists it: a row of system.metadata.*_properties or of SHOW SESSION. */
export interface ListedProperty {
  readonly kind: PropertyKind;
  /** The catalog whose property it is; '' for session properties of the system. */
  readonly catalog: string;
  readonly name: string;
  readonly type: string;
  readonly defaultValue: string;
  readonly description: string;
}

/** What the connected server says about itself. */
export interface ServerFacts {
  /** The number of its release, such as 476. */
  readonly release?: number;
  /** Its properties of a kind, of a catalog or, for session properties, of the system; undefined where it lists none. */
  readonly properties: (
    kind: PropertyKind,
    catalog: string | undefined,
  ) => readonly SqlProperty[] | undefined;
}

/** Sorts what a server has listed. Our descriptions and lists of values go with what has the same name. */
export function serverFacts(rows: readonly ListedProperty[], release?: number): ServerFacts {
  const byOwner = new Map<string, SqlProperty[]>();
  for (const row of rows) {
    const owner = ownerKey(row.kind, row.catalog);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), describe(row)]);
  }
  return {
    ...(release === undefined ? {} : { release }),
    properties: (kind, catalog) => byOwner.get(ownerKey(kind, catalog ?? '')),
  };
}

/**
 * What is known without a server, of Trino and its Iceberg connector. Session properties of the connector are recorded under
 * `iceberg.` whatever the catalog is called; here they are without it.
 */
export function recordedProperties(kind: PropertyKind, isOfSystem: boolean): readonly SqlProperty[] {
  const all = propertiesOf(kind);
  if (kind !== 'session') return all;
  if (isOfSystem) return all.filter(property => !property.name.includes('.'));
  return all.flatMap(property =>
    property.name.startsWith(RECORDED_PREFIX)
      ? [{ ...property, name: property.name.slice(RECORDED_PREFIX.length) }]
      : [],
  );
}

const RECORDED_PREFIX = 'iceberg.';

function ownerKey(kind: PropertyKind, catalog: string): string {
  return `${kind} ${catalog.toLowerCase()}`;
}

function describe({ kind, catalog, name, type, defaultValue, description }: ListedProperty): SqlProperty {
  const known = recordedProperties(kind, kind === 'session' && catalog === '').find(
    property => property.name === name,
  );
  const summary = known === undefined || known.summary === '' ? description : known.summary;
  const values = known?.values ?? (type === 'boolean' ? ['true', 'false'] : undefined);
  return { kind, name, type, defaultValue, summary, ...(values === undefined ? {} : { values }) };
}
