import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

export const SYNTAXES = path.resolve(import.meta.dirname, '../../syntaxes');
const GRAMMAR = path.join(SYNTAXES, 'trino-sql.tmLanguage.json');

/** A coloured piece of a line: its text and its scopes without the grammar's own. */
export interface ColouredToken {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** Colours text line by line the way the editor does, with the grammar of this repository alone. */
export async function loadColours(): Promise<(text: string) => ColouredToken[][]> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: sources => oniguruma.createOnigScanner(sources),
      createOnigString: string => oniguruma.createOnigString(string),
    }),
    loadGrammar: async scope =>
      scope === 'source.sql.trino' ? textmate.parseRawGrammar(readFileSync(GRAMMAR, 'utf8'), GRAMMAR) : null,
  });
  const grammar = await registry.loadGrammar('source.sql.trino');
  if (grammar === null) throw new Error(`${GRAMMAR} holds no grammar for source.sql.trino`);
  return text => {
    let state = textmate.INITIAL;
    return text.split(/\r?\n/).map(line => {
      const result = grammar.tokenizeLine(line, state);
      state = result.ruleStack;
      return result.tokens.map(token => ({
        text: line.slice(token.startIndex, token.endIndex),
        scopes: token.scopes.slice(1),
      }));
    });
  };
}
