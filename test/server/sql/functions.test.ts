import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtInFunctions, findFunction, signatureOf } from '../../../server/sql/functions.ts';
import { SPECIAL_FORMS } from '../../../server/sql/special-forms.ts';

describe('the built-in functions', () => {
  test('every function has a summary and named parameters', () => {
    const unfinished = [...builtInFunctions().values()].filter(
      item =>
        item.summary === '' ||
        (item.syntax === undefined &&
          item.signatures.some(signature =>
            signature.parameters.some(({ name }) => /^argument\d/.test(name)),
          )),
    );
    assert.deepEqual(
      unfinished.map(item => item.name),
      [],
    );
  });

  test('a function is found by its name in any case', () => {
    assert.equal(findFunction('Approx_Percentile')?.name, 'approx_percentile');
    assert.equal(findFunction('no_such_function'), undefined);
  });

  test('parameters are named after the form with as many of them', () => {
    const signatures = findFunction('approx_percentile')?.signatures ?? [];
    const shown = signatures
      .filter(signature => signature.returns === 'bigint')
      .map(signature => signature.parameters.map(({ name, type }) => `${name} ${type}`).join(', '));
    assert.deepEqual(shown, [
      'x bigint, percentage double',
      'x bigint, weight double, percentage double',
      'x bigint, weight double, percentage double, accuracy double',
    ]);
  });

  test('lambdas and nested types stay one parameter each', () => {
    assert.deepEqual(findFunction('reduce')?.signatures, [
      {
        kind: 'scalar',
        isDeterministic: true,
        isVariadic: false,
        returns: 'R',
        parameters: [
          { name: 'array', type: 'array(T)' },
          { name: 'initial_state', type: 'S' },
          { name: 'input_function', type: 'function(S,T,S)' },
          { name: 'output_function', type: 'function(S,R)' },
        ],
      },
    ]);
  });

  test('kinds, repetition and determinism are known', () => {
    assert.ok(findFunction('greatest')?.signatures.every(signature => signature.isVariadic));
    assert.ok(findFunction('sum')?.signatures.every(signature => signature.kind === 'aggregate'));
    assert.ok(findFunction('row_number')?.signatures.every(signature => signature.kind === 'window'));
    assert.deepEqual(
      findFunction('uuid')?.signatures.map(signature => signature.isDeterministic),
      [false],
    );
    assert.deepEqual(
      new Set(findFunction('sequence')?.signatures.map(signature => signature.kind)),
      new Set(['scalar', 'table']),
    );
  });

  test('forms with a syntax of their own have it', () => {
    assert.equal(findFunction('CAST')?.syntax, 'CAST(value AS type)');
    assert.equal(findFunction('trim')?.syntax, 'TRIM([LEADING | TRAILING | BOTH] [characters FROM] string)');
    assert.ok(SPECIAL_FORMS.every(form => form.summary !== '' && form.syntax !== ''));
  });

  test('a function that only the connected server has gets numbered parameters', () => {
    const signature = signatureOf(
      { name: 'my_udf', returns: 'map(K,V)', argumentTypes: 'array(row(K,V)), bigint' },
      { kind: 'scalar', isDeterministic: true },
    );
    assert.deepEqual(signature.parameters, [
      { name: 'argument1', type: 'array(row(K,V))' },
      { name: 'argument2', type: 'bigint' },
    ]);
  });
});
