import type { Environment, SemanticProblem } from '../semantics/model.ts';
import { nearestName } from '../semantics/nearest-name.ts';
import { PROCEDURES } from '../sql/procedures.ts';
import { propertiesOf } from '../sql/properties.ts';
import type { Argument, Identifier, Property, QualifiedName, Statement } from '../sql/index.ts';
import { procedureOf, propertyKind } from './completion/properties.ts';

/** What can be wrong in a statement beside its names: properties, procedures and their arguments. */
export function checkStatement(statement: Statement, environment: Environment): SemanticProblem[] {
  switch (statement.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
    case 'CreateMaterializedView':
    case 'CreateSchema':
    case 'SetProperties':
      return isIceberg(statement.name, environment) ? checkProperties(statement, statement.properties) : [];
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
function isIceberg(name: QualifiedName, { catalog, session }: Environment): boolean {
  const wanted = name.parts.length > 2 ? name.parts[0]?.name : session.catalog;
  return catalog
    .catalogs()
    .some(entry => entry.name.toLowerCase() === wanted?.toLowerCase() && entry.connector === 'iceberg');
}

function checkProperties(statement: Statement, properties: readonly Property[]): SemanticProblem[] {
  const known = propertiesOf(propertyKind({ nodes: [] }, statement)).map(property => property.name);
  return properties.flatMap((property): SemanticProblem[] => {
    const name = property.name.parts.map(part => part.name).join('.');
    if (name === '' || known.includes(name.toLowerCase())) return [];
    const { start, end } = property.name;
    return [
      problem(
        { start, end, code: 'unknown-property', message: `There is no property ${name} here.` },
        name,
        known,
      ),
    ];
  });
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
