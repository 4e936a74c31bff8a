import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoteIdentifier, quoteString } from '../../../catalog/trino/quote.ts';
import { codeActionsAt, type TextEdit } from '../../../server/features/code-actions.ts';
import { diagnose } from '../../../server/features/diagnostics.ts';
import { hoverAt } from '../../../server/features/hover.ts';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { definitionAt, referencesAt, renameAt } from '../../../server/features/navigation.ts';
import { foldingRanges, outlineOf, selectionSpans } from '../../../server/features/outline.ts';
import { semanticTokens } from '../../../server/features/semantic-tokens.ts';
import { signatureHelpAt } from '../../../server/features/signature-help.ts';
import { quoteName, quoteText, spellName } from '../../../server/features/sql-names.ts';
import { readScript } from '../../../server/script/script.ts';
import { type AnalyzedScript, analyzeScript } from '../../../server/script/workspace-session.ts';
import { findFunction } from '../../../server/sql/functions.ts';
import { GOLDEN_INPUT } from '../support/golden-catalog.ts';
import { CARET_MARK } from '../support/golden-cases.ts';

describe('hover', () => {
  const CASES: readonly (readonly [marked: string, expected: RegExp])[] = [
    ['SELECT am<|>ount FROM orders', /amount decimal\(10, 2\)[\s\S]*column[\s\S]*sales\.orders/],
    [
      'SELECT 1 FROM or<|>ders',
      /iceberg\.sales\.orders[\s\S]*one row per order[\s\S]*1,500,000 rows[\s\S]*month\(order_date\)/,
    ],
    ['SELECT o<|>.id FROM orders o', /iceberg\.sales\.orders/],
    ['WITH t AS (SELECT 1 AS n) SELECT n<|> FROM t', /n integer/],
    ['SELECT sub<|>str(status, 1) FROM orders', /substr\(/],
    ['SELECT CAST(1 AS big<|>int)', /64-bit/],
    ['ALTER TABLE orders EXECUTE opti<|>mize', /rewrites small files/],
    ["CREATE TABLE t (a int) WITH (form<|>at = 'ORC')", /format varchar/],
    ['SELECT transform(items, i -> i<|>.sku) FROM orders', /lambda parameter/],
  ];
  for (const [marked, expected] of CASES) {
    test(marked, () => {
      const { analyzed, offset } = at(marked);
      assert.match(hoverAt(analyzed, offset, findFunction)?.markdown ?? '', expected);
    });
  }

  test('comments from outside cannot break out of their place', () => {
    const { analyzed, offset } = at('SELECT <|>"a`|b" FROM (SELECT 1 AS "a`|b") t');
    assert.ok(hoverAt(analyzed, offset, findFunction) !== undefined);
  });
});

describe('problems', () => {
  const CASES: readonly (readonly [sql: string, ...messages: RegExp[]])[] = [
    ['SELECT statuss FROM orders', /no column statuss here\. Did you mean status\?/],
    ['SELECT FROM orders', /Expected/],
    ["SELECT 'abc", /not closed/],
    ['SELECT `id` FROM orders', /double quotes/],
    ["CREATE TABLE t (a int) WITH (fromat = 'ORC')", /Did you mean format\?/],
    ['ALTER TABLE orders EXECUTE optimise', /no procedure optimise\. Did you mean optimize\?/],
    ["ALTER TABLE orders EXECUTE optimize(file_size => '1MB')", /no argument file_size/],
    ['CREATE TABLE fresh (a int); SELECT b FROM fresh', /no column b/],
    ['USE tpch.tiny; SELECT customer_id FROM orders', /no column customer_id/],
    ['SELECT id FROM orders; SELECT id FROM customers'],
  ];
  for (const [sql, ...messages] of CASES) {
    test(sql, () => {
      const found = diagnose(analyzedScript(sql));
      assert.equal(found.length, messages.length, JSON.stringify(found));
      messages.forEach((message, i) => assert.match(found[i]?.message ?? '', message));
    });
  }
});

describe('navigation', () => {
  test('goes from a use to the declaration, in the statement or by CREATE in the script', () => {
    assert.equal(target('WITH t AS (SELECT 1 AS n) SELECT <|>n FROM t'), 'n');
    assert.equal(target('SELECT <|>o.id FROM orders o'), 'o');
    assert.equal(target('CREATE TABLE fresh (a int); SELECT 1 FROM <|>fresh'), 'fresh');
    assert.equal(target('CREATE TABLE fresh (a int); SELECT <|>a FROM fresh'), 'a');
    assert.equal(target('SELECT rank() OVER <|>w FROM orders WINDOW w AS ()'), 'w');
  });

  test('finds every reference, those of a table through the whole script', () => {
    const { analyzed, offset } = at(
      'SELECT o.id FROM <|>orders o; DELETE FROM orders; SELECT 1 FROM sales.orders',
    );
    assert.equal(referencesAt(analyzed, offset).length, 3);
  });

  const RENAMES: readonly (readonly [marked: string, name: string, result: string])[] = [
    ['WITH <|>a AS (SELECT 1 x) SELECT a.x FROM a', 'b', 'WITH b AS (SELECT 1 x) SELECT b.x FROM b'],
    ['SELECT o.id FROM orders <|>o WHERE o.id = 1', 'x', 'SELECT x.id FROM orders x WHERE x.id = 1'],
    [
      'SELECT id AS <|>k FROM orders ORDER BY k',
      'order',
      'SELECT id AS "order" FROM orders ORDER BY "order"',
    ],
    ['SELECT transform(tags, <|>t -> t) FROM orders', 'v', 'SELECT transform(tags, v -> v) FROM orders'],
    [
      'SELECT sum(id) OVER w FROM orders WINDOW <|>w AS ()',
      'ww',
      'SELECT sum(id) OVER ww FROM orders WINDOW ww AS ()',
    ],
    [
      'CREATE FUNCTION f(a int) RETURNS int BEGIN DECLARE <|>b int; SET b = a; RETURN a + b; END',
      'total',
      'CREATE FUNCTION f(a int) RETURNS int BEGIN DECLARE total int; SET total = a; RETURN a + total; END',
    ],
    [
      'SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY order_date MEASURES LAST(up.amount) AS top PATTERN (start up+) DEFINE <|>up AS up.amount > PREV(up.amount))',
      'rise',
      'SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY order_date MEASURES LAST(rise.amount) AS top PATTERN (start rise+) DEFINE rise AS rise.amount > PREV(rise.amount))',
    ],
    [
      'CREATE FUNCTION f(<|>a int) RETURNS int BEGIN DECLARE b int; SET b = a; RETURN a + b; END',
      'first',
      'CREATE FUNCTION f("first" int) RETURNS int BEGIN DECLARE b int; SET b = "first"; RETURN "first" + b; END',
    ],
  ];
  for (const [marked, name, result] of RENAMES) {
    test(`renames in ${marked}`, () => {
      const { analyzed, offset, text } = at(marked);
      const renamed = renameAt(analyzed, offset, name);
      assert.ok('spans' in renamed, JSON.stringify(renamed));
      const edits = renamed.spans.map(span => ({ ...span, newText: renamed.newText }));
      assert.equal(applied(text, edits), spelt(result, name));
    });
  }

  test('does not rename columns of tables', () => {
    const { analyzed, offset } = at('SELECT <|>id FROM orders');
    assert.match(JSON.stringify(renameAt(analyzed, offset, 'x')), /keeps its name/);
  });
});

describe('code actions', () => {
  const CASES: readonly (readonly [marked: string, title: string, result: string])[] = [
    [
      'SELECT <|>* FROM returns',
      'Expand * to its columns',
      'SELECT order_id, reason, returned_at FROM returns',
    ],
    [
      'SELECT r.<|>* FROM returns r',
      'Expand * to its columns',
      'SELECT r.order_id, r.reason, r.returned_at FROM returns r',
    ],
    [
      'SELECT <|>status, sum(amount) FROM orders WHERE id > 1',
      'Group by the plain columns',
      'SELECT status, sum(amount) FROM orders WHERE id > 1\nGROUP BY status',
    ],
    [
      'SELECT <|>status, name FROM orders o JOIN customers c ON true',
      'Qualify the columns',
      'SELECT o.status, c.name FROM orders o JOIN customers c ON true',
    ],
    [
      'INSERT INTO <|>returns SELECT 1, 2, 3',
      'Write the column list',
      'INSERT INTO returns (order_id, reason, returned_at) SELECT 1, 2, 3',
    ],
    ['SELECT <|>statuss FROM orders', 'Change to status', 'SELECT status FROM orders'],
    [
      'SELECT orders.id, sales.orders.status, orders.*, amount FROM sales.ord<|>ers JOIN customers ON customers.id = orders.customer_id WHERE EXISTS (SELECT 1 FROM returns WHERE order_id = orders.id)',
      'Call it o',
      'SELECT o.id, o.status, o.*, amount FROM sales.orders o JOIN customers ON customers.id = o.customer_id WHERE EXISTS (SELECT 1 FROM returns WHERE order_id = o.id)',
    ],
    [
      'SELECT page_views.url FROM web.page_vi<|>ews, customers pv',
      'Call it pv2',
      'SELECT pv2.url FROM web.page_views pv2, customers pv',
    ],
  ];
  test('a short name is offered for a table that has none, and for no other', () => {
    const titles = (marked: string): string[] => {
      const { analyzed, offset } = at(marked);
      return codeActionsAt(analyzed, { start: offset, end: offset }, []).map(action => action.title);
    };
    assert.ok(!titles('SELECT 1 FROM ord<|>ers o').some(title => title.startsWith('Call it')));
    assert.ok(!titles('WITH a AS (SELECT 1) SELECT <|>1 FROM a').some(title => title.startsWith('Call it')));
  });

  for (const [marked, title, result] of CASES) {
    test(`${title}: ${marked}`, () => {
      const { analyzed, offset, text } = at(marked);
      const actions = codeActionsAt(analyzed, { start: offset, end: offset }, diagnose(analyzed));
      const action = actions.find(item => item.title === title);
      assert.ok(action !== undefined, actions.map(item => item.title).join(', '));
      assert.equal(applied(text, action.edits), result);
    });
  }
});

describe('the outline of a script', () => {
  const TEXT =
    'WITH a AS (\n  SELECT 1 AS n\n)\nSELECT *\nFROM a;\n/* one\n two */\nCREATE TABLE t (x bigint);';

  test('lists statements, common tables and columns', () => {
    const outline = outlineOf(readScript(TEXT));
    assert.deepEqual(
      outline.map(item => [item.kind, item.children.map(child => child.name)]),
      [
        ['query', ['a']],
        ['table', ['x']],
      ],
    );
  });

  test('folds statements, common tables and comments of several lines', () => {
    assert.deepEqual(
      foldingRanges(readScript(TEXT)).map(range => range.kind),
      ['region', 'region', 'comment'],
    );
  });

  test('selections grow from the name to the document', () => {
    const spans = selectionSpans(readScript(TEXT), TEXT.indexOf('n\n'));
    const texts = spans.map(span => TEXT.slice(span.start, span.end));
    assert.equal(texts[0], 'n');
    assert.equal(texts.at(-1), TEXT);
    assert.ok(texts.includes('SELECT 1 AS n'));
  });

  test('names get colours by what they are', () => {
    const sql = 'WITH a AS (SELECT o.id AS k FROM orders o) SELECT CAST(k AS bigint) FROM a';
    const tokens = semanticTokens(analyzedScript(sql)).map(
      token => `${sql.slice(token.start, token.end)} ${token.type}`,
    );
    assert.deepEqual(tokens, [
      ...[
        'a class',
        'o variable',
        'id property',
        'k property',
        'orders class',
        'o variable',
        'k property',
        'bigint type',
        'a class',
      ],
    ]);
  });

  test('hints show the types of common tables and what a star stands for', () => {
    const sql = 'WITH a AS (SELECT id + 1 AS k FROM orders) SELECT * FROM a';
    const hints = inlayHints(analyzedScript(sql), { start: 0, end: sql.length });
    assert.deepEqual(
      hints.map(hint => hint.text),
      [': bigint', ' k'],
    );
  });
});

describe('signature help', () => {
  const help = (marked: string) => {
    const offset = marked.indexOf(CARET_MARK);
    return signatureHelpAt(readScript(marked.replace(CARET_MARK, '')), offset, findFunction);
  };

  test('counts commas of this call only', () => {
    assert.equal(help("SELECT substr(concat('a', 'b'), <|>")?.activeParameter, 1);
    assert.equal(help('SELECT substr(<|>')?.activeParameter, 0);
  });

  test('finds the named argument of a procedure', () => {
    const found = help("CALL iceberg.system.register_table(table_name => '<|>");
    assert.equal(found?.signatures[0]?.parameters[found.activeParameter], 'table_name => varchar');
  });

  test('is silent outside of calls', () => {
    assert.equal(help('SELECT substr(a, 1), <|>'), undefined);
  });
});

describe('names as SQL', () => {
  test('quotes are written as catalog/trino writes them', () => {
    for (const name of ['a', 'Two Words', 'x"y', "it's", '', 'select', '1a', '日本']) {
      assert.equal(quoteName(name), quoteIdentifier(name));
      assert.equal(quoteText(name), quoteString(name));
    }
    assert.deepEqual(['taxi', 'select', 'a-b', '1a'].map(spellName), ['taxi', '"select"', '"a-b"', '"1a"']);
  });
});

function analyzedScript(text: string): AnalyzedScript {
  return analyzeScript(readScript(text), GOLDEN_INPUT);
}

function at(marked: string): { analyzed: AnalyzedScript; offset: number; text: string } {
  const text = marked.replace(CARET_MARK, '');
  return { analyzed: analyzedScript(text), offset: marked.indexOf(CARET_MARK), text };
}

function target(marked: string): string | undefined {
  const { analyzed, offset, text } = at(marked);
  const span = definitionAt(analyzed, offset);
  return span === undefined ? undefined : text.slice(span.start, span.end);
}

/** The expected text with the new name spelt as it must be. */
function spelt(result: string, name: string): string {
  return spellName(name) === name ? result.replaceAll(`"${name}"`, name) : result;
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => b.start - a.start);
  return ordered.reduce((now, edit) => now.slice(0, edit.start) + edit.newText + now.slice(edit.end), text);
}
