import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { operatorType, type ArithmeticOperator, hasOperator } from '../../../server/sql/operator-types.ts';
import { canCoerce, commonType } from '../../../server/sql/type-coercion.ts';
import { formatType, parseType, type SqlType } from '../../../server/sql/type-text.ts';

function typeOf(text: string): SqlType {
  const type = parseType(text);
  assert.ok(type, text);
  return type;
}

describe('types as text', () => {
  test('what Trino writes is read and written back the same', () => {
    for (const text of [
      'bigint',
      'decimal(38, 2)',
      'varchar(10)',
      'timestamp(6) with time zone',
      'time with time zone',
      'interval day to second',
      'interval year to month',
      'array(map(varchar, array(double)))',
      'row(a bigint, "b ""c" row(x timestamp(3) with time zone, y varchar))',
      'row(bigint, varchar(1))',
      'row(time time(3), interval interval day to second)',
      'function(T, boolean)',
    ]) {
      assert.equal(formatType(typeOf(text)), text);
    }
  });

  test('case, spaces and other names do not matter', () => {
    assert.equal(formatType(typeOf('ARRAY( INT )')), 'array(integer)');
    assert.equal(formatType(typeOf('Double Precision')), 'double');
    assert.equal(formatType(typeOf('TIMESTAMP (3)  WITH TIME ZONE')), 'timestamp(3) with time zone');
    assert.equal(formatType(typeOf('timestamp without time zone')), 'timestamp');
  });

  test('what is no type is not read as one', () => {
    for (const text of ['', '1', 'array(', 'array(bigint', 'row(a', 'bigint bigint', 'decimal(,)']) {
      assert.equal(parseType(text), undefined, text);
    }
  });
});

/** `left ∪ right = common`, `-` where there is none. */
const COMMON = `
integer ∪ bigint = bigint
bigint ∪ double = double
bigint ∪ decimal(5, 2) = decimal(21, 2)
decimal(5, 2) ∪ decimal(10, 4) = decimal(10, 4)
decimal(38, 2) ∪ real = real
varchar(3) ∪ varchar(5) = varchar(5)
varchar(3) ∪ varchar = varchar
date ∪ timestamp(3) = timestamp(3)
timestamp(3) ∪ timestamp(6) with time zone = timestamp(6) with time zone
unknown ∪ date = date
array(integer) ∪ array(bigint) = array(bigint)
row(a integer, b date) ∪ row(a bigint, c date) = row(a bigint, date)
map(varchar, unknown) ∪ map(varchar, json) = map(varchar, json)
varchar ∪ bigint = -
array(date) ∪ array(bigint) = -
row(a bigint) ∪ row(a bigint, b bigint) = -
boolean ∪ integer = -
`;

describe('conversions without a cast', () => {
  for (const line of COMMON.trim().split('\n')) {
    test(line, () => {
      const [, left = '', right = '', expected = ''] = /^(.*) ∪ (.*) = (.*)$/.exec(line) ?? [];
      for (const [a, b] of [
        [left, right],
        [right, left],
      ] as const) {
        const common = commonType(typeOf(a), typeOf(b));
        assert.equal(common === undefined ? '-' : formatType(common), expected);
      }
    });
  }

  test('a narrower type fits where a wider one is wanted, not the other way round', () => {
    assert.ok(canCoerce(typeOf('integer'), typeOf('double')));
    assert.ok(!canCoerce(typeOf('double'), typeOf('integer')));
    assert.ok(canCoerce(typeOf('unknown'), typeOf('json')));
    assert.ok(!canCoerce(typeOf('varchar'), typeOf('date')));
  });
});

/** What `typeof` says in Trino 476. */
const OPERATIONS = `
integer + bigint = bigint
integer / integer = integer
integer + decimal(2, 1) = decimal(12, 1)
decimal(3, 2) * decimal(4, 3) = decimal(7, 5)
decimal(3, 2) / integer = decimal(3, 2)
decimal(3, 1) % decimal(3, 2) = decimal(3, 2)
real + integer = real
date - date = interval day to second
date + interval day to second = date
interval day to second + date = date
timestamp(3) - interval year to month = timestamp(3)
interval day to second * integer = interval day to second
integer * interval year to month = interval year to month
interval day to second / double = interval day to second
varchar(1) || varchar(1) = varchar
varbinary || varbinary = varbinary
array(integer) || integer = array(integer)
array(integer) || array(bigint) = array(bigint)
unknown + integer = integer
varchar + integer = -
date + integer = -
integer || varchar = -
interval day to second + interval year to month = -
`;

describe('the types of operations', () => {
  for (const line of OPERATIONS.trim().split('\n')) {
    test(line, () => {
      const [, left = '', operator = '', right = '', expected = ''] =
        /^(.*) (\+|-|\*|\/|%|\|\|) (.*) = (.*)$/.exec(line) ?? [];
      const found = operatorType(operator as ArithmeticOperator, typeOf(left), typeOf(right));
      assert.equal(found === undefined ? '-' : formatType(found), expected);
    });
  }

  test('an unknown side makes the result unknown and is no error', () => {
    assert.equal(operatorType('+', undefined, typeOf('date')), undefined);
    assert.ok(hasOperator('+', undefined, typeOf('date')));
    assert.ok(!hasOperator('+', typeOf('varchar'), typeOf('date')));
  });
});
