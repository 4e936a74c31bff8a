/**
 * How good the Trino SQL parser and formatter are, beside dt-sql-parser in the same run.
 *   npm run bench sql -- [--json] [--corpus FOLDER] [--ours] [--quick] [--misses N]
 */
import { parseArgs } from 'node:util';
import { measureAcceptance } from './sql/acceptance.ts';
import { type Corpus, corpusFolder, readCorpus, validStatements } from './sql/corpus.ts';
import { manyRows, manyStatements, oneStatement } from './sql/documents.ts';
import { dtSubject } from './sql/dt.ts';
import { measureFormatting } from './sql/formatting.ts';
import { FULL_SIZES, fuzz } from './sql/fuzz.ts';
import { measureNextWords, withEarlierErrors } from './sql/next-words.ts';
import { ourSubject, probe } from './sql/ours.ts';
import { measureRecovery } from './sql/recovery.ts';
import { percent, row, section, showMisses } from './sql/report.ts';
import type { Subject } from './sql/subject.ts';
import { timeWarm } from './sql/timing.ts';

/** The figures of one subject; shares are fractions of 1. */
type Figures = Record<string, number>;

/** Positions at which a slow subject is asked, at most. */
const ANCHOR_POSITIONS = 500;
const QUICK = { prefixStep: 7, edits: 5000, byteStrings: 1000, nesting: 10_000 };

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      corpus: { type: 'string' },
      ours: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      misses: { type: 'string', default: '0' },
    },
  });
  const folder = values.corpus ?? positionals[0] ?? corpusFolder();
  if (folder === undefined) {
    console.error('There is no corpus beside the repository: name its folder with --corpus.');
    process.exitCode = 2;
    return;
  }
  const corpus = readCorpus(folder);
  const ours = measure(ourSubject(), corpus, {
    isAnchor: false,
    isQuick: values.quick,
    misses: Number(values.misses),
  });
  const anchor = values.ours
    ? {}
    : measure(await dtSubject(), corpus, { isAnchor: true, isQuick: values.quick, misses: 0 });
  section('ours and the anchor');
  for (const [name, value] of Object.entries(ours)) row(name, value, anchor[name]);
  if (values.json) console.log(JSON.stringify({ ...ours, anchor: { name: 'dt-sql-parser', ...anchor } }));
}

interface Settings {
  readonly isAnchor: boolean;
  readonly isQuick: boolean;
  /** How many wrong cases of each kind are printed. */
  readonly misses: number;
}

function measure(subject: Subject, corpus: Corpus, settings: Settings): Figures {
  section(subject.name);
  return {
    ...acceptance(subject, corpus, settings),
    ...nextWords(subject, corpus, settings),
    ...recovery(subject, corpus, settings),
    ...speed(subject, corpus),
    ...formatting(subject, corpus, settings),
    ...(settings.isAnchor ? {} : fuzzing(corpus, settings)),
  };
}

function acceptance(subject: Subject, corpus: Corpus, { misses }: Settings): Figures {
  const figures = measureAcceptance(subject, corpus);
  for (const [file, { share, count }] of figures.acceptedByFile) {
    console.log(`  accepted ${file.padEnd(16)} ${percent(share)} of ${count}`);
  }
  showMisses(
    'wrong verdicts',
    figures.wrong.map(item => `${item.valid ? 'rejected' : 'accepted'}: ${item.sql}`),
    misses,
  );
  const { validAccepted, invalidRejected, mutantAgreement, falseRejects } = figures;
  return { validAccepted, invalidRejected, mutantAgreement, mutantFalseRejects: falseRejects };
}

function nextWords(subject: Subject, corpus: Corpus, { isAnchor, misses }: Settings): Figures {
  const rows = isAnchor ? sample(corpus.nextKeywords) : corpus.nextKeywords;
  const plain = measureNextWords(subject, rows);
  const brokenRows = withEarlierErrors(corpus.nextKeywords);
  const broken = measureNextWords(subject, isAnchor ? sample(brokenRows) : brokenRows);
  for (const [name, figures] of [
    ['next words', plain],
    ['behind an error', broken],
  ] as const) {
    console.log(
      `  ${name}: ${figures.positions} positions, recall ${percent(figures.recall)}, precision ${percent(figures.precision)}, ` +
        `actual keyword ${percent(figures.actualKeyword)}, actual name ${percent(figures.actualName)}, ` +
        `name verdict ${percent(figures.nameAgreement)}`,
    );
    showMisses(
      name,
      figures.misses.map(
        miss => `${miss.prefix} ⟨missing ${miss.missing.join(' ')}; extra ${miss.extra.join(' ')}⟩`,
      ),
      misses,
    );
  }
  return {
    keywordRecall: plain.recall,
    keywordPrecision: plain.precision,
    actualKeyword: plain.actualKeyword,
    actualName: plain.actualName,
    brokenKeywordRecall: broken.recall,
  };
}

function recovery(subject: Subject, corpus: Corpus, { misses }: Settings): Figures {
  const figures = measureRecovery(subject, corpus.queries);
  console.log(`  ${figures.relations} relations in ${figures.statements} queries`);
  for (const [name, share] of figures.byBreakage)
    console.log(`  recovered, ${name.padEnd(32)} ${percent(share)}`);
  showMisses(
    'lost relations',
    figures.misses.map(miss => `${miss.breakage}: ${miss.lost.join(', ')}\n${miss.sql}`),
    misses,
  );
  return { relationRecovery: figures.worst };
}

function speed(subject: Subject, corpus: Corpus): Figures {
  const one = oneStatement(corpus.queries);
  const rows = manyRows();
  const many = manyStatements(corpus.queries);
  const figures: Figures = {
    parse5000Ms: timeWarm(run => subject.accepts(variant(one, run), 'statement')).p50,
    parseInsert5000Ms: timeWarm(run => subject.accepts(variant(rows, run), 'statement')).p50,
  };
  const { format } = subject;
  if (format !== undefined) {
    figures['format5000Ms'] = timeWarm(run => format(variant(many, run))).p50;
    figures['formatOne5000Ms'] = timeWarm(run => format(variant(one, run))).p50;
  }
  return figures;
}

/** A text of the same work that no cache has seen. */
function variant(sql: string, run: number): string {
  return sql + '\n'.repeat(run + 1);
}

function formatting(subject: Subject, corpus: Corpus, { misses }: Settings): Figures {
  if (subject.format === undefined) return {};
  const accepted = validStatements(corpus).filter(sql => subject.accepts(sql, 'statement'));
  const figures = measureFormatting(subject, accepted);
  console.log(`  laid out the same way, ${figures.statements} statements: ${percent(figures.identical)}`);
  showMisses(
    'not laid out',
    figures.failures.map(failure => `${failure.reason}: ${failure.sql}`),
    misses,
  );
  return { formatIdentical: figures.identical };
}

function fuzzing(corpus: Corpus, { isQuick, misses }: Settings): Figures {
  const figures = fuzz(validStatements(corpus), probe, isQuick ? QUICK : FULL_SIZES);
  console.log(`  ${figures.texts} fuzzed texts, the slowest ${figures.slowestMs.toFixed(1)} ms`);
  showMisses(
    'fuzz failures',
    figures.failures.map(failure => `${failure.reason}: ${failure.sql.slice(0, 300)}`),
    Math.max(misses, 3),
  );
  return { fuzzTexts: figures.texts, fuzzFailures: figures.failures.length };
}

/** Every so many-th item, so that no more than the limit remain. */
function sample<Item>(items: readonly Item[]): Item[] {
  const step = Math.ceil(items.length / ANCHOR_POSITIONS);
  return items.filter((_, i) => i % step === 0);
}
