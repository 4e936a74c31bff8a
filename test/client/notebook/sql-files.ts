import fc from 'fast-check';

/** Texts as SQL files have them: statements, comments, markers, routines and broken ends in any order and line end. */
export function sqlFile(): fc.Arbitrary<string> {
  const eol = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n', '\r', ' ', '', '\n  ');
  const piece = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('select 1', "select ';'", 'select "a;b"', 'SELECT x FROM t', 'values 😀'),
    },
    { weight: 5, arbitrary: fc.constantFrom(';', ' ;', ';;') },
    {
      weight: 3,
      arbitrary: fc.constantFrom('-- comment\n', '-- a; b\r\n', '/* c; */', '/* two\n lines */', '--\n'),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '-- %%\n',
        '-- %% [markdown]\n-- # T\n--\n--x\n',
        '\n-- %% name=orders\r\n',
        '--%%\n',
        '  -- %%\t\n',
        '-- %% name="a b"\n',
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'WITH FUNCTION f(a bigint) RETURNS bigint BEGIN DECLARE x bigint; SET x = a; RETURN x; END SELECT f(1)',
        'CREATE FUNCTION g() RETURNS int BEGIN IF true THEN RETURN 1; END IF; RETURN 2; END',
        "select 'open",
        '/* open',
        'select "open',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  );
  return fc
    .array(fc.tuple(piece, eol), { maxLength: 14, size: 'max' })
    .map(parts => parts.map(([text, gap]) => text + gap).join(''));
}
