import { createSession, type TrinoSession } from '../../catalog/trino/session.ts';
import type { Directives, ReferenceDirective } from './directives.ts';

/** What the directives of one cell ask for, the notebook's own (those of its first cell) included. */
export interface CellConnection {
  readonly reference?: ReferenceDirective;
  /** A catalog by name; when absent the one that shows the reference. */
  readonly catalog?: string;
  readonly schema?: string;
  readonly session: Readonly<Record<string, string>>;
}

/** The connection of a cell: its own directives before those of the notebook's first cell. */
export function cellConnection(first: Directives, own: Directives): CellConnection {
  const reference = own.reference ?? first.reference;
  // A reference of the cell itself goes before a catalog that the first cell names.
  const catalog = own.catalog ?? (own.reference === undefined ? first.catalog : undefined);
  const schema = own.schema ?? first.schema;
  return {
    ...(reference === undefined ? {} : { reference }),
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    session: { ...first.session, ...own.session },
  };
}

/** The session that one cell's statements start with: the notebook's, with what the directives ask for. */
export function sessionForCell(
  notebook: TrinoSession,
  {
    catalog,
    schema,
    session,
  }: {
    readonly catalog?: string;
    readonly schema?: string;
    readonly session: Readonly<Record<string, string>>;
  },
): TrinoSession {
  const own = copySession(notebook);
  if (catalog !== undefined) own.catalog = catalog;
  if (schema !== undefined) own.schema = schema;
  for (const [name, value] of Object.entries(session)) own.properties.set(name, value);
  return own;
}

/**
 * The notebook's session after a cell: what its statements changed (USE, SET SESSION …) stays, what its directives set
 * for it alone goes.
 */
export function sessionAfterCell(
  before: TrinoSession,
  started: TrinoSession,
  ended: TrinoSession,
): TrinoSession {
  const after = copySession(ended);
  if (ended.catalog === started.catalog) assign(after, 'catalog', before.catalog);
  if (ended.schema === started.schema) assign(after, 'schema', before.schema);
  for (const [name, value] of started.properties) {
    if (before.properties.get(name) === value || ended.properties.get(name) !== value) continue;
    const old = before.properties.get(name);
    if (old === undefined) after.properties.delete(name);
    else after.properties.set(name, old);
  }
  return after;
}

function assign(session: TrinoSession, key: 'catalog' | 'schema', value: string | undefined): void {
  if (value === undefined) delete session[key];
  else session[key] = value;
}

/** A session that can be changed without changing the first. */
export function copySession(session: TrinoSession): TrinoSession {
  const copy = createSession();
  for (const [name, value] of session.properties) copy.properties.set(name, value);
  for (const [name, value] of session.prepared) copy.prepared.set(name, value);
  for (const [name, value] of session.roles) copy.roles.set(name, value);
  const { catalog, schema, path, timeZone, transactionId } = session;
  return Object.assign(
    copy,
    Object.fromEntries(
      Object.entries({ catalog, schema, path, timeZone, transactionId }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  );
}
