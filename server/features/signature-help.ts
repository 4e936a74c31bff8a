import type { Script } from '../script/script.ts';
import { statementAt } from '../script/script.ts';
import type { SqlFunction } from '../sql/functions.ts';
import { lex, parseStatement, TokenKind, type Tokens } from '../sql/index.ts';
import { procedureOf } from './completion/properties.ts';

export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  readonly activeSignature: number;
  readonly activeParameter: number;
}

export interface Signature {
  readonly label: string;
  readonly documentation: string;
  /** The labels of the parameters, which stand in `label` in this order. */
  readonly parameters: readonly string[];
}

/** The call that the caret stands in, with the parameter that is being written. */
export function signatureHelpAt(
  script: Script,
  offset: number,
  findFunction: (name: string) => SqlFunction | undefined,
): SignatureHelp | undefined {
  const statement = statementAt(script, offset);
  if (statement === undefined) return undefined;
  const before = script.text.slice(statement.piece.start, offset);
  const tokens = lex(before);
  const call = openCall(tokens);
  if (call === undefined) return undefined;
  const procedure = procedureHelp(before, call);
  if (procedure !== undefined) return procedure;
  const found = findFunction(call.name);
  return found === undefined ? undefined : functionHelp(found, call);
}

interface OpenCall {
  readonly name: string;
  /** How many arguments stand in front of the caret's. */
  readonly argument: number;
  /** The name of a named argument at the caret. */
  readonly named: string | undefined;
}

/** The innermost parenthesis that is open at the end and has a name in front of it. */
function openCall(tokens: Tokens): OpenCall | undefined {
  let depth = 0;
  let commas = 0;
  let named: string | undefined;
  for (let i = tokens.count - 1; i > 0; i--) {
    const kind = tokens.kind[i];
    if (kind === TokenKind.RightParen || kind === TokenKind.RightBracket) depth++;
    else if (kind === TokenKind.LeftBracket) {
      if (depth > 0) depth--;
    } else if (kind === TokenKind.Comma && depth === 0) commas++;
    else if (kind === TokenKind.FatArrow && depth === 0 && commas === 0) named = textOf(tokens, i - 1);
    else if (kind === TokenKind.LeftParen && depth-- === 0) {
      const name = nameBefore(tokens, i);
      if (name !== undefined) return { name, argument: commas, named };
      depth = 0;
      commas = 0;
    }
  }
  return undefined;
}

function nameBefore(tokens: Tokens, paren: number): string | undefined {
  const kind = tokens.kind[paren - 1];
  if (kind === TokenKind.QuotedName) return textOf(tokens, paren - 1).slice(1, -1);
  return kind === TokenKind.Word ? textOf(tokens, paren - 1) : undefined;
}

function textOf(tokens: Tokens, index: number): string {
  return tokens.text.slice(tokens.start[index], tokens.end[index]);
}

function procedureHelp(before: string, call: OpenCall): SignatureHelp | undefined {
  const procedure = procedureOf(parseStatement(`${before})`).statement);
  if (procedure?.name !== call.name.toLowerCase()) return undefined;
  const parameters = procedure.arguments.map(
    ({ name, type, isRequired }) => `${name} => ${type}${isRequired ? '' : '?'}`,
  );
  const byName = procedure.arguments.findIndex(argument => argument.name === call.named?.toLowerCase());
  const label = `${procedure.name}(${parameters.join(', ')})`;
  return {
    signatures: [{ label, documentation: procedure.summary, parameters }],
    activeSignature: 0,
    activeParameter: byName >= 0 ? byName : call.argument,
  };
}

function functionHelp(found: SqlFunction, { argument }: OpenCall): SignatureHelp | undefined {
  const signatures = found.signatures.map(({ parameters, returns, isVariadic }): Signature => {
    const shown = parameters.map(({ name, type }) => `${name} ${type}`.trim());
    const label = `${found.name}(${shown.join(', ')}${isVariadic ? ', …' : ''}) → ${returns}`;
    return { label, documentation: found.summary, parameters: shown };
  });
  if (signatures.length === 0) {
    if (found.syntax === undefined) return undefined;
    return {
      signatures: [{ label: found.syntax, documentation: found.summary, parameters: [] }],
      activeSignature: 0,
      activeParameter: 0,
    };
  }
  // The first signature that has the argument being written, or repeats its last one.
  const fits = found.signatures.findIndex(item => item.parameters.length > argument || item.isVariadic);
  const active = Math.max(0, fits);
  const last = (signatures[active]?.parameters.length ?? 1) - 1;
  return { signatures, activeSignature: active, activeParameter: Math.min(argument, Math.max(0, last)) };
}
