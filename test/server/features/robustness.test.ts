import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeActionsAt } from '../../../server/features/code-actions.ts';
import { completeAt } from '../../../server/features/completion/completion.ts';
import { diagnose } from '../../../server/features/diagnostics.ts';
import { hoverAt } from '../../../server/features/hover.ts';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { definitionAt, referencesAt } from '../../../server/features/navigation.ts';
import { foldingRanges, outlineOf, selectionSpans } from '../../../server/features/outline.ts';
import { semanticTokens } from '../../../server/features/semantic-tokens.ts';
import { signatureHelpAt } from '../../../server/features/signature-help.ts';
import { readScript } from '../../../server/script/script.ts';
import { analyzeScript } from '../../../server/script/workspace-session.ts';
import { corpusStatements } from '../support/corpus.ts';
import { GOLDEN_INPUT } from '../support/golden-catalog.ts';
import { readGoldenCases } from '../support/golden-cases.ts';
import path from 'node:path';

const GOLDEN = path.resolve(import.meta.dirname, '../../golden/completion');
const own = readGoldenCases(GOLDEN).map(item => item.text);
const corpus = ['parser-stmt', 'docs', 'parser-invalid', 'product'].flatMap(
  name => corpusStatements(name)?.map(item => item.sql) ?? [],
);
const texts = [...own, ...corpus];

test('no feature throws, and every span lies in the text, whatever is cut out of a statement and wherever the caret is', () => {
  const cut = fc.tuple(
    fc.nat(texts.length - 1),
    fc.nat(400),
    fc.nat(30),
    fc.nat(400),
    fc.constantFrom('', ',', '(', "'", '.', '"', ' x'),
  );
  fc.assert(
    fc.property(cut, ([which, from, length, caret, inserted]) => {
      const whole = texts[which] ?? '';
      const start = Math.min(from, whole.length);
      const text = whole.slice(0, start) + inserted + whole.slice(start + length);
      useEverything(text, Math.min(caret, text.length));
    }),
    { numRuns: Number(process.env['LSP_FUZZ_RUNS'] ?? 400) },
  );
});

test('names that every object of JavaScript has are names like others', () => {
  const words = texts.flatMap((text, which) =>
    [...text.matchAll(/\b[a-z_]\w*\b/gi)].map(({ index, 0: word }) => ({
      which,
      index,
      length: word.length,
    })),
  );
  const place = fc.tuple(
    fc.nat(words.length - 1),
    fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', '"valueOf"'),
  );
  fc.assert(
    fc.property(place, ([at, name]) => {
      const { which, index, length } = words[at] ?? { which: 0, index: 0, length: 0 };
      const whole = texts[which] ?? '';
      const text = whole.slice(0, index) + name + whole.slice(index + length);
      useEverything(text, index + name.length);
    }),
    { numRuns: Number(process.env['LSP_FUZZ_RUNS'] ?? 100) },
  );
});

function useEverything(text: string, offset: number): void {
  const script = readScript(text);
  const analyzed = analyzeScript(script, GOLDEN_INPUT);
  const problems = diagnose(analyzed);
  const list = completeAt(script, offset, GOLDEN_INPUT);
  const definition = definitionAt(analyzed, offset);
  const hover = hoverAt(analyzed, offset, GOLDEN_INPUT.findFunction);
  signatureHelpAt(script, offset, GOLDEN_INPUT.findFunction);
  outlineOf(script);
  const range = { start: 0, end: text.length };
  const spans = [
    ...problems,
    list.replace,
    ...(definition === undefined ? [] : [definition]),
    ...(hover === undefined ? [] : [hover.span]),
    ...referencesAt(analyzed, offset),
    ...foldingRanges(script),
    ...selectionSpans(script, offset),
    ...semanticTokens(analyzed),
    ...inlayHints(analyzed, range).map(hint => ({ start: hint.offset, end: hint.offset })),
    ...codeActionsAt(analyzed, { start: offset, end: offset }, problems).flatMap(action => action.edits),
  ];
  for (const { start, end } of spans) {
    assert.ok(
      0 <= start && start <= end && end <= text.length,
      `${start}..${end} of ${text.length}: ${text}`,
    );
  }
  assert.ok(list.replace.start <= offset && offset <= list.replace.end, `the caret ${offset} in ${text}`);
}
