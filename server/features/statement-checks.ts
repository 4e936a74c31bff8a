import type { Environment, SemanticProblem } from '../semantics/model.ts';
import { nearestName } from '../semantics/nearest-name.ts';
import { PROCEDURES } from '../sql/procedures.ts';
import type { Argument, Identifier, Property, QualifiedName, Statement } from '../sql/index.ts';
import { knownProperties, procedureOf, propertyCatalog, propertyKind } from './completion/properties.ts';

/** What can be wrong in a statement beside its names: properties, procedures and their arguments. */
export function checkStatement(statement: Statement, environment: Environment): SemanticProblem[] {
  switch (statement.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
    case 'CreateMaterializedView':
    case 'CreateSchema':
    case 'SetProperties':
    case 'Analyze':
      return checkProperties(statement, statement.properties, environment);
    case 'SetSession':
      return checkSessionProperty(statement.property.name, environment);
    case 'ResetSession':
      return checkSessionProperty(statement.name, environment);
    case 'ExecuteTableProcedure':
      return isIceberg(statement.table, environment)
        ? checkProcedure(statement, { name: statement.procedure, args: statement.args, form: 'execute' })
        : [];
    case 'Call': {
      const [, schema, name] = statement.name.parts;
      const isOurs = schema?.name.toLowerCase() === 'system' && isIceberg(statement.name, environment);
      return isOurs && name !== undefined
        ? checkProcedure(statement, { name, args: statement.args, form: 'call' })
        : [];
    }
    case 'Explain':
    case 'Prepare':
      return checkStatement(statement.statement, environment);
    default:
      return [];
  }
}

/** Only what we know of Iceberg's connector is judged; the catalog's name tells which connector it is. */
function isIceberg(name: QualifiedName, environment: Environment): boolean {
  return isIcebergCatalog(
    name.parts.length > 2 ? name.parts[0]?.name : environment.session.catalog,
    environment,
  );
}

function isIcebergCatalog(name: string | undefined, { catalog }: Environment): boolean {
  const wanted = name?.toLowerCase();
  return catalog
    .catalogs()
    .some(entry => entry.name.toLowerCase() === wanted && entry.connector === 'iceberg');
}

/** Judged by the server's own list, whatever the connector; without one only for Iceberg. */
function checkProperties(
  statement: Statement,
  properties: readonly Property[],
  environment: Environment,
): SemanticProblem[] {
  const [kind, catalog] = [propertyKind({ nodes: [] }, statement), propertyCatalog(statement, environment)];
  const isListed = catalog !== undefined && environment.server?.properties(kind, catalog) !== undefined;
  if (!isListed && !isIcebergCatalog(catalog, environment)) return [];
  const known = knownProperties(environment, kind, catalog).map(property => property.name);
  return properties.flatMap(property => checkPropertyName(property.name, known));
}

function checkPropertyName(
  { parts, start, end }: QualifiedName,
  known: readonly string[],
): SemanticProblem[] {
  const name = parts.map(part => part.name).join('.');
  if (name === '' || known.includes(name.toLowerCase())) return [];
  const message = `There is no property ${name} here.`;
  return [problem({ start, end, code: 'unknown-property', message }, name, known)];
}

/** Session properties differ from server to server, so only the server's own list judges them. */
function checkSessionProperty({ parts }: QualifiedName, { server }: Environment): SemanticProblem[] {
  const [last, owner] = [parts.at(-1), parts.at(-2)];
  const listed = server?.properties('session', owner?.name);
  if (listed === undefined || last === undefined || last.isMissing) return [];
  const known = listed.map(property => property.name);
  if (known.includes(last.name.toLowerCase())) return [];
  const message = `There is no session property ${last.name}${owner === undefined ? '' : ` of ${owner.name}`}.`;
  const { start, end } = last;
  return [problem({ start, end, code: 'unknown-property', message }, last.name, known)];
}

interface ProcedureCall {
  readonly name: Identifier;
  readonly args: readonly Argument[];
  readonly form: 'execute' | 'call';
}

function checkProcedure(statement: Statement, { name, args, form }: ProcedureCall): SemanticProblem[] {
  const procedure = procedureOf(statement);
  if (procedure === undefined) {
    const known = PROCEDURES.filter(item => item.form === form).map(item => item.name);
    const { start, end } = name;
    const message = `There is no procedure ${name.name}.`;
    return name.isMissing
      ? []
      : [problem({ start, end, code: 'unknown-procedure', message }, name.name, known)];
  }
  const known = procedure.arguments.map(argument => argument.name);
  return args.flatMap((argument): SemanticProblem[] => {
    const given = argument.name;
    if (given === null || known.includes(given.name.toLowerCase())) return [];
    const message = `${procedure.name} has no argument ${given.name}.`;
    const { start, end } = given;
    return [problem({ start, end, code: 'unknown-argument', message }, given.name, known)];
  });
}

function problem(base: SemanticProblem, name: string, known: readonly string[]): SemanticProblem {
  const suggestion = nearestName(name, known);
  return suggestion === undefined ? base : { ...base, suggestion };
}
