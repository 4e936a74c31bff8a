import { PROCEDURES, type Procedure, type ProcedureArgument } from '../../sql/procedures.ts';
import type { PropertyKind, SqlProperty } from '../../sql/properties.ts';
import { recordedProperties } from '../../sql/server-facts.ts';
import type { Environment } from '../../semantics/model.ts';
import type {
  Call,
  ExecuteTableProcedure,
  Property,
  QualifiedName,
  SetProperties,
  Statement,
} from '../../sql/index.ts';
import { spellName } from '../sql-names.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, type Site } from './site.ts';
import { openCatalogs } from './tables.ts';

/** Which properties a statement's WITH or SET PROPERTIES takes at the caret. */
export function propertyKind(site: Pick<Site, 'nodes'>, statement: Statement): PropertyKind {
  if (site.nodes.some(node => node.kind === 'ColumnDefinition')) return 'column';
  switch (statement.kind) {
    case 'CreateSchema':
      return 'schema';
    case 'CreateMaterializedView':
      return 'materialized_view';
    case 'SetProperties':
      return statement.object === 'TABLE' ? 'table' : 'materialized_view';
    case 'Analyze':
      return 'analyze';
    case 'SetSession':
    case 'ResetSession':
    case 'QueryStatement':
      return 'session';
    default:
      return 'table';
  }
}

/** The catalog of what a statement makes or changes, whose connector decides which properties there are. */
export function propertyCatalog(statement: Statement, { session }: Environment): string | undefined {
  const named = statement as { readonly name?: QualifiedName; readonly table?: QualifiedName };
  const parts = (named.name ?? named.table)?.parts ?? [];
  const whole = statement.kind === 'CreateSchema' ? 2 : 3;
  return parts.length === whole ? parts[0]?.name : session.catalog;
}

/**
 * The properties that a catalog takes: the server's list, or the recorded one of the Iceberg connector. Session properties
 * are named without their catalog.
 * @param catalog without it, the session properties of the system
 */
export function knownProperties(
  { server, catalog: view }: Environment,
  kind: PropertyKind,
  catalog: string | undefined,
): readonly SqlProperty[] {
  const listed = server?.properties(kind, catalog);
  if (listed !== undefined) return listed;
  const entry = view.catalogs().find(({ name }) => name.toLowerCase() === catalog?.toLowerCase());
  const isOther = server !== undefined && entry?.connector !== undefined && entry.connector !== 'iceberg';
  return isOther ? [] : recordedProperties(kind, kind === 'session' && catalog === undefined);
}

/** The names of properties for WITH (…) and SET PROPERTIES; those that stand there already are left out. */
export function proposeProperties(site: Site): Proposal[] {
  const { statement } = site.caret;
  const present = new Set(propertyNames(statement));
  const hasEqual = /^\s*=/.test(site.caret.text.slice(site.caret.offset).replace(/^\w+/, ''));
  const { environment } = site;
  return knownProperties(environment, propertyKind(site, statement), propertyCatalog(statement, environment))
    .filter(property => !present.has(property.name))
    .map((property, i) => ({
      label: property.name,
      kind: 'property',
      insertText: hasEqual ? property.name : `${property.name} = ${valueSnippet(property)}`,
      ...(hasEqual ? {} : { isSnippet: true }),
      detail:
        property.defaultValue === '' ? property.type : `${property.type}, default ${property.defaultValue}`,
      documentation: property.summary,
      rank: RANK.expectedColumn + (PROPERTY_ORDER.get(property.name) ?? 0) - i / 100,
    }));
}

const PROPERTY_ORDER = new Map(
  ['location', 'format_version', 'sorted_by', 'format', 'partitioning'].map((name, i) => [name, i + 1]),
);

function propertyNames(statement: Statement): string[] {
  const properties = (statement as Partial<SetProperties>).properties ?? [];
  return properties.map(property => property.name.parts.map(part => part.name).join('.'));
}

function valueSnippet({ type, values }: SqlProperty): string {
  if (values !== undefined) return `\${1|${values.join(',')}|}`;
  if (type.startsWith('array')) return "ARRAY['$1']";
  if (type.startsWith('varchar')) return "'$1'";
  return '$1';
}

/** The values of the property at the caret, for `format = |`. */
export function proposePropertyValues(site: Site): Proposal[] {
  const property = nodeAround(site, 'Property') as Property | undefined;
  const name = property?.name.parts.map(part => part.name).join('.');
  if (property === undefined || name === undefined || site.caret.offset < property.name.end) return [];
  const known = findProperty(site, site.caret.statement, name);
  if (known === undefined) return [];
  const values = known.values ?? (known.type.startsWith('array') ? ["ARRAY['$1']"] : []);
  return values.map((value, i) => ({
    label: value.replace('$1', '…'),
    kind: 'value',
    insertText: value,
    ...(value.includes('$1') ? { isSnippet: true } : {}),
    detail: known.name,
    rank: RANK.expectedColumn + 50 - i,
  }));
}

/** The property that a name means in a statement; session properties are named with their catalog. */
export function findProperty(
  { nodes, environment }: Pick<Site, 'nodes' | 'environment'>,
  statement: Statement,
  name: string,
): SqlProperty | undefined {
  const kind = propertyKind({ nodes }, statement);
  const dot = kind === 'session' ? name.indexOf('.') : -1;
  const session = dot > 0 ? name.slice(0, dot) : undefined;
  const catalog = kind === 'session' ? session : propertyCatalog(statement, environment);
  const wanted = name.slice(dot + 1).toLowerCase();
  return knownProperties(environment, kind, catalog).find(property => property.name === wanted);
}

/** `SET SESSION |`: the system's properties, the catalogs, and behind `catalog.` the catalog's own. */
export function proposeSessionProperties(site: Site): Proposal[] {
  const [catalog] = site.caret.path;
  const own = knownProperties(site.environment, 'session', catalog);
  const proposals = own.map((property, i): Proposal => {
    const { name } = property;
    return {
      label: name,
      kind: 'property',
      insertText: name,
      detail:
        property.defaultValue === '' ? property.type : `${property.type}, default ${property.defaultValue}`,
      documentation: property.summary,
      rank: RANK.expectedColumn - i / 100,
    };
  });
  if (catalog !== undefined) return proposals;
  const catalogs = openCatalogs(site.environment.catalog).map(({ name }): Proposal => ({
    label: name,
    kind: 'catalog',
    insertText: spellName(name),
    detail: 'catalog',
    rank: 950,
  }));
  return [...catalogs, ...proposals];
}

/** `ALTER TABLE t EXECUTE |` and `CALL catalog.schema.|`. */
export function proposeProcedures(site: Site): Proposal[] {
  const { statement, path } = site.caret;
  if (statement.kind === 'ExecuteTableProcedure') {
    return PROCEDURES.filter(procedure => procedure.form === 'execute').map((procedure, i) =>
      call(procedure, i, site),
    );
  }
  const calls = PROCEDURES.filter(procedure => procedure.form === 'call');
  const [catalog, schema] = path;
  if (catalog === undefined) {
    const names = openCatalogs(site.environment.catalog).map(({ name }) => name);
    return [...names, 'system'].map((name, i) => part(name, 'catalog', i));
  }
  const isOf = (procedure: Procedure): boolean =>
    procedure.catalog === undefined
      ? catalog.toLowerCase() !== 'system'
      : procedure.catalog === catalog.toLowerCase();
  const found = calls.filter(isOf);
  const catalogs = site.environment.catalog.catalogs().map(({ name }) => name.toLowerCase());
  if (schema === undefined && ['system', ...catalogs].includes(catalog.toLowerCase())) {
    return [...new Set(found.map(procedure => procedure.schema ?? ''))].map((name, i) =>
      part(name, 'schema', i),
    );
  }
  return found
    .filter(procedure => schema === undefined || procedure.schema === schema.toLowerCase())
    .map((procedure, i) => call(procedure, i, site));
}

function part(name: string, kind: 'catalog' | 'schema', index: number): Proposal {
  return { label: name, kind, insertText: spellName(name), detail: kind, rank: RANK.expectedColumn - index };
}

function call(procedure: Procedure, index: number, site: Site): Proposal {
  const required = procedure.arguments.filter(argument => argument.isRequired);
  const args = required.map((argument, i) => `${argument.name} => \${${i + 1}:${argument.type}}`).join(', ');
  const needsParens = procedure.form === 'call' || procedure.arguments.length > 0;
  const text = needsParens ? `${procedure.name}(${args === '' ? '$1' : args})` : procedure.name;
  return {
    label: procedure.name,
    kind: 'procedure',
    insertText: site.hasParenthesis ? procedure.name : text,
    ...(site.hasParenthesis || !needsParens ? {} : { isSnippet: true }),
    detail: `(${procedure.arguments.map(argument => argument.name).join(', ')})`,
    documentation: procedure.summary,
    rank: RANK.expectedColumn - index,
  };
}

/** The procedure whose arguments the caret stands in. */
function procedureAround(site: Pick<Site, 'caret'>): Procedure | undefined {
  return procedureOf(site.caret.statement);
}

export function procedureOf(statement: Statement): Procedure | undefined {
  if (statement.kind === 'ExecuteTableProcedure') return find('execute', statement.procedure.name);
  if (statement.kind === 'Call') return find('call', statement.name.parts.at(-1)?.name ?? '');
  return undefined;
}

function find(form: Procedure['form'], name: string): Procedure | undefined {
  return PROCEDURES.find(procedure => procedure.form === form && procedure.name === name.toLowerCase());
}

/** Named arguments that were not given yet. */
export function proposeArguments(site: Site): Proposal[] {
  const procedure = procedureAround(site);
  if (procedure === undefined) return [];
  const { args } = site.caret.statement as ExecuteTableProcedure | Call;
  const given = new Set(args.map(argument => argument.name?.name.toLowerCase()));
  return procedure.arguments
    .filter(argument => !given.has(argument.name))
    .map((argument, i) => ({
      label: argument.name,
      kind: 'argument',
      insertText: `${argument.name} => ${argumentSnippet(argument)}`,
      isSnippet: true,
      detail: argument.isRequired ? argument.type : `${argument.type}, optional`,
      documentation: argument.summary,
      rank: RANK.expectedColumn + 50 - i,
    }));
}

function argumentSnippet({ type, values, defaultValue }: ProcedureArgument): string {
  if (values !== undefined) return `\${1|${values.join(',')}|}`;
  if (defaultValue !== undefined) return `\${1:${defaultValue}}`;
  return type === 'varchar' ? "'$1'" : '$1';
}
