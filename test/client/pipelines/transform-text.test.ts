import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namedTransform, starterText, transformLine } from '../../../client/pipelines/transform-text.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { codeOf, transformAll } from '../../support/transforms.ts';

const YAML = 'name: trips\nsource: { topic: trips }\ntable: demo.trips';
const CRLF = YAML.replaceAll('\n', '\r\n');

describe('a new transform', () => {
  test('is named behind the last line of the pipeline file, however that ends', () => {
    for (const yaml of [YAML, `${YAML}\n`, CRLF, `${CRLF}\r\n`]) {
      const text = yaml + transformLine(yaml, 'trips.transform.ts');
      assert.equal(parsePipelineConfig(text, 'p').transform?.file, './trips.transform.ts');
      assert.equal(namedTransform(text), './trips.transform.ts');
      assert.doesNotMatch(text, yaml.includes('\r') ? /[^\r]\n/ : /\r/);
    }
  });

  test('is found where the pipeline file names one', () => {
    assert.equal(namedTransform(YAML), undefined);
    assert.equal(namedTransform(`# transform: ./no.ts\n${YAML}`), undefined);
    assert.equal(namedTransform(`${YAML}\ntransform: "./a b.ts" # why`), './a b.ts');
    assert.equal(namedTransform(`transform: './c.ts'\n${YAML}`), './c.ts');
  });

  test('runs as it is: records are rows', async () => {
    const { results } = await transformAll(await codeOf(starterText('trips.pipeline.d.ts')), ['{"a":1}']);
    assert.deepEqual(results, [[{ a: 1 }]]);
  });
});
