import { type Proposal, RANK } from './proposal.ts';

/** Whole statements to begin with: label, what it is, body. */
const SNIPPETS: readonly (readonly [label: string, detail: string, body: string])[] = [
  ['select … from', 'query', 'SELECT ${2:*}\nFROM ${1:table}\nLIMIT ${3:100};'],
  [
    'with … select',
    'query with a common table',
    'WITH ${1:name} AS (\n  ${2:SELECT}\n)\nSELECT *\nFROM ${1:name};',
  ],
  [
    'create table',
    'partitioned Iceberg table',
    "CREATE TABLE ${1:name} (\n  ${2:id} bigint,\n  ${3:ts} timestamp(6)\n)\nWITH (partitioning = ARRAY['day(${3:ts})']);",
  ],
  ['create table as', 'table from a query', 'CREATE TABLE ${1:name} AS\nSELECT ${2:*}\nFROM ${3:table};'],
  [
    'merge into',
    'insert or update rows',
    'MERGE INTO ${1:target} t\nUSING ${2:source} s\n  ON t.${3:id} = s.${3:id}\nWHEN MATCHED THEN UPDATE SET ${4:column} = s.${4:column}\nWHEN NOT MATCHED THEN INSERT (${3:id}) VALUES (s.${3:id});',
  ],
  [
    'optimize',
    'rewrite small files',
    "ALTER TABLE ${1:table} EXECUTE optimize(file_size_threshold => '${2:100MB}');",
  ],
  [
    'snapshots of',
    'the snapshots of a table',
    'SELECT *\nFROM "${1:table}\\$snapshots"\nORDER BY committed_at DESC;',
  ],
];

export function proposeSnippets(): Proposal[] {
  return SNIPPETS.map(([label, detail, insertText], i) => ({
    label,
    kind: 'snippet',
    insertText,
    isSnippet: true,
    detail,
    rank: RANK.snippet - i,
  }));
}
