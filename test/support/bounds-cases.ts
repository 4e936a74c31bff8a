import { quoteName } from '../../catalog/trino/quote.ts';
import type { Playground } from './pipeline-playground.ts';

/** One column of the table whose bounds are tried: how it is declared, and its values as JSON and as SQL. */
interface TriedColumn {
  readonly name: string;
  readonly type: string;
  readonly make: (random: () => number) => { readonly json: string; readonly sql: string };
}

const pick = <T>(random: () => number, items: readonly T[]): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('There is nothing to choose from.');
  return item;
};
const integer = (random: () => number, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));
const two = (value: number): string => String(value).padStart(2, '0');
const day = (random: () => number): string =>
  `${pick(random, ['0001', '1582', '1899', '1969', '1970', '1971', '2024', '9999'])}-${two(integer(random, 1, 12))}-${two(integer(random, 1, 28))}`;
const clock = (random: () => number): string =>
  `${two(integer(random, 0, 23))}:${two(integer(random, 0, 59))}:${two(integer(random, 0, 59))}.${String(integer(random, 0, 3) * 333_333).padStart(6, '0')}`;

const PIECES = ['', 'a', 'b', 'Z', "it's ", '€', 'ß', '\ud7ff', '\ue000', '🛫', '\u{10ffff}', '\uffff', '0'];

function text(random: () => number): string {
  return Array.from({ length: integer(random, 0, 22) }, () => pick(random, PIECES)).join('');
}

function decimal(random: () => number, digits: number, scale: number): string {
  const whole = Array.from({ length: integer(random, 1, digits - scale) }, () => integer(random, 0, 9)).join(
    '',
  );
  const sign = random() < 0.5 ? '-' : '';
  return `${sign}${BigInt(whole)}.${Array.from({ length: scale }, () => integer(random, 0, 9)).join('')}`;
}

const DOUBLES = ['NaN', '0', '-0.0', '1e-300', '-1e300', '0.1', '-0.1', '3.5', '16777217'];

export const TRIED_COLUMNS: readonly TriedColumn[] = [
  { name: 'b', type: 'boolean', make: random => same(random() < 0.5 ? 'true' : 'false') },
  {
    name: 'i',
    type: 'int',
    make: random => same(String(pick(random, [-2147483648, 2147483647, 0, -1, integer(random, -99, 99)]))),
  },
  {
    name: 'l',
    type: 'long',
    make: random => {
      const value = pick(random, [
        '9223372036854775807',
        '-9223372036854775808',
        '9007199254740993',
        String(integer(random, -99, 99)),
      ]);
      return { json: value, sql: `BIGINT '${value}'` };
    },
  },
  {
    name: 'f',
    type: 'float',
    make: random => {
      const value = pick(random, [
        'NaN',
        '0',
        '-0.0',
        '1.5',
        '-2.25',
        '1e30',
        String(integer(random, -9, 9) / 4),
      ]);
      return {
        json: value === 'NaN' ? '"NaN"' : value,
        sql: value === 'NaN' ? 'CAST(nan() AS real)' : `REAL '${value}'`,
      };
    },
  },
  {
    name: 'd',
    type: 'double',
    make: random => {
      const value = pick(random, [...DOUBLES, String(integer(random, -999, 999) / 8)]);
      return {
        json: value === 'NaN' ? '"NaN"' : value,
        sql: value === 'NaN' ? 'nan()' : `DOUBLE '${value}'`,
      };
    },
  },
  { name: 'p', type: 'decimal(9,2)', make: random => decimalOf(decimal(random, 9, 2)) },
  { name: 'q', type: 'decimal(38,10)', make: random => decimalOf(decimal(random, 38, 10)) },
  { name: 'a', type: 'date', make: random => quoted(day(random), 'DATE') },
  { name: 'c', type: 'time', make: random => quoted(clock(random), 'TIME') },
  {
    name: 't',
    type: 'timestamp',
    make: random => {
      const value = `${day(random)} ${clock(random)}`;
      return { json: `"${value.replace(' ', 'T')}"`, sql: `TIMESTAMP '${value}'` };
    },
  },
  {
    name: 'z',
    type: 'timestamptz',
    make: random => {
      const value = `${day(random)} ${clock(random)}`;
      return { json: `"${value.replace(' ', 'T')}Z"`, sql: `TIMESTAMP '${value} UTC'` };
    },
  },
  {
    name: 's',
    type: 'string',
    make: random => {
      const value = text(random);
      return { json: JSON.stringify(value), sql: `'${value.replaceAll("'", "''")}'` };
    },
  },
  {
    name: 'u',
    type: 'uuid',
    make: random => {
      const hex = (length: number): string =>
        Array.from({ length }, () => integer(random, 0, 15).toString(16)).join('');
      return quoted(`${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`, 'UUID');
    },
  },
  {
    name: 'r',
    type: 'binary',
    make: random => {
      const bytes = Buffer.from(
        Array.from({ length: integer(random, 0, 20) }, () => pick(random, [0, 1, 127, 128, 255])),
      );
      return { json: `"${bytes.toString('base64')}"`, sql: `X'${bytes.toString('hex')}'` };
    },
  },
];

function same(value: string): { json: string; sql: string } {
  return { json: value, sql: value };
}

function quoted(value: string, type: string): { json: string; sql: string } {
  return { json: `"${value}"`, sql: `${type} '${value}'` };
}

function decimalOf(value: string): { json: string; sql: string } {
  return { json: `"${value}"`, sql: `DECIMAL '${value}'` };
}

export const TRIED_SCHEMA = TRIED_COLUMNS.map(({ name, type }) => `${name}: ${type}`).join('\n');

/** Rows of a few small files with random values; what the values are as SQL, by column. */
export async function fillTriedTable(
  ground: Playground,
  random: () => number,
  { files, rowsPerFile }: { readonly files: number; readonly rowsPerFile: number },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const literals = new Map<string, string[]>(TRIED_COLUMNS.map(({ name }) => [name, []]));
  for (let file = 0; file < files; file++) {
    const records = Array.from({ length: rowsPerFile }, () => {
      const members = TRIED_COLUMNS.flatMap(({ name, make }) => {
        if (random() < 0.1) return [];
        const { json, sql } = make(random);
        literals.get(name)?.push(sql);
        return [`${JSON.stringify(name)}:${json}`];
      });
      return `{${members.join(',')}}`;
    });
    await ground.produce(records);
    await ground.run();
  }
  return literals;
}

const COMPARISONS = ['=', '<', '<=', '>', '>=', '<>'];

/** A predicate on one column, mostly with a value that is in the table: the smallest and largest of a file among them. */
export function randomPredicate(
  random: () => number,
  literals: ReadonlyMap<string, readonly string[]>,
): string {
  const { name, make } = pick(random, TRIED_COLUMNS);
  const column = quoteName([name]);
  const value = (): string =>
    random() < 0.8 ? pick(random, literals.get(name) ?? [make(random).sql]) : make(random).sql;
  const kind = random();
  if (kind < 0.1) return `${column} IS ${random() < 0.5 ? '' : 'NOT '}NULL`;
  if (kind < 0.2) {
    // In lists Trino's answer is not the same inside and outside WHERE for NaN, and for both zeros of real, whoever wrote the file.
    const listed = [value(), value(), value()].filter(sql => !/nan\(\)|REAL '-?0(?:\.0)?'/.test(sql));
    return `${column} IN (${[...listed, 'NULL'].join(', ')})`;
  }
  if (kind < 0.35) return `${column} BETWEEN ${value()} AND ${value()}`;
  return `${column} ${pick(random, COMPARISONS)} ${value()}`;
}

const CASES_PER_QUERY = 40;

/** Counts the rows of each predicate twice: where files may be left out by their bounds, and in one scan of all rows. */
export async function tryPredicates(
  ground: Playground,
  table: string,
  predicates: readonly string[],
): Promise<{ readonly tried: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  for (let from = 0; from < predicates.length; from += CASES_PER_QUERY) {
    const some = predicates.slice(from, from + CASES_PER_QUERY);
    const pruned = await ground.query(
      some
        .map((predicate, i) => `SELECT ${i} AS n, count(*) FROM ${table} WHERE ${predicate}`)
        .join(' UNION ALL '),
    );
    const [scanned] = await ground.query(
      `SELECT ${some.map(predicate => `count_if(${predicate})`).join(', ')} FROM ${table}`,
    );
    for (const [n, count] of pruned) {
      const index = Number(n);
      if (count !== scanned?.[index])
        wrong.push(`${some[index]}: ${String(count)} instead of ${String(scanned?.[index])}`);
    }
  }
  return { tried: predicates.length, wrong };
}
