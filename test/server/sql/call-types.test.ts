import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bindCall, lambdaParameters, returnType } from '../../../server/sql/call-types.ts';
import { findFunction } from '../../../server/sql/functions.ts';
import { formatType, parseType } from '../../../server/sql/type-text.ts';

/** Calls as `name(argument types)` and what `typeof` says of them in Trino 476; `?` is an argument of unknown type. */
const CALLS = `
greatest(integer; bigint) → bigint
greatest(varchar(1); varchar(3)) → varchar(3)
map(array(varchar(1)); array(integer)) → map(varchar(1), integer)
element_at(map(varchar(1), decimal(2, 1)); varchar(1)) → decimal(2, 1)
element_at(array(row(a bigint)); bigint) → row(a bigint)
array_agg(integer) → array(integer)
sum(integer) → bigint
sum(decimal(2, 1)) → decimal(38, 1)
avg(integer) → double
max_by(varchar(1); integer) → varchar(1)
approx_percentile(decimal(2, 1); double) → real
histogram(varchar(1)) → map(varchar(1), bigint)
map_agg(varchar(1); integer) → map(varchar(1), integer)
date_trunc(varchar; timestamp(3)) → timestamp(3)
date_add(varchar; integer; date) → date
concat(array(integer); array(integer)) → array(integer)
sequence(integer; integer) → array(bigint)
from_unixtime(integer) → timestamp(3) with time zone
json_extract(varchar; varchar) → json
count() → bigint
abs(integer) → integer
abs(decimal(2, 1)) → decimal(2, 1)
array_max(array(decimal(2, 1))) → decimal(2, 1)
mod(integer; bigint) → bigint
power(integer; integer) → double
cardinality(array(integer)) → bigint
date_diff(varchar; date; date) → bigint
reverse(array(integer)) → array(integer)
flatten(array(array(integer))) → array(integer)
array_join(array(integer); varchar) → varchar
year(date) → bigint
max(integer; integer) → array(integer)
lag(varchar(1); integer) → varchar(1)
element_at(array(?); integer) → nothing
lower(?) → nothing
regexp_like(varchar(1); varchar(1)) → boolean
upper(bigint) → nothing
no_such_function(bigint) → nothing
round(date) → nothing
`;

describe('the types of calls', () => {
  for (const line of CALLS.trim().split('\n')) {
    test(line, () => {
      const [, name = '', args = '', expected = ''] = /^(\w+)\((.*)\) → (.*)$/.exec(line) ?? [];
      const types = args === '' ? [] : args.split('; ').map(text => parseType(text));
      const found = returnType(findFunction(name)?.signatures ?? [], types);
      assert.equal(found === undefined ? 'nothing' : formatType(found), expected);
    });
  }

  test("a lambda's parameters have the types of the elements", () => {
    const transform = findFunction('transform')?.signatures[0];
    assert.ok(transform);
    assert.deepEqual(lambdaParameters(transform, 1, [parseType('array(row(a bigint))'), undefined]), [
      parseType('row(a bigint)'),
    ]);
    assert.deepEqual(lambdaParameters(transform, 0, []), []);
  });

  test('the closest signature comes first', () => {
    const calls = bindCall(findFunction('abs')?.signatures ?? [], [parseType('smallint')]);
    assert.equal(calls[0]?.signature.returns, 'smallint');
    assert.ok(calls.length > 3);
  });

  test('a call with too little known has a type only when all its forms agree', () => {
    assert.equal(returnType(findFunction('abs')?.signatures ?? [], [undefined]), undefined);
    assert.deepEqual(
      returnType(findFunction('cardinality')?.signatures ?? [], [undefined]),
      parseType('bigint'),
    );
  });
});
