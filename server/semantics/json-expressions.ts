import type { JsonExpression } from '../sql/index.ts';
import type { Analyzer } from './analyzer.ts';
import { typeOfNode } from './data-types.ts';
import { analyzeJsonPath } from './json-tables.ts';
import type { Scope } from './model.ts';
import { simpleType, type SqlType } from './sql-type.ts';

export function analyzeJson(a: Analyzer, node: JsonExpression, scope: Scope): SqlType {
  switch (node.kind) {
    case 'JsonExists':
      analyzeJsonPath(a, node.path, scope);
      return simpleType('boolean');
    case 'JsonValue':
    case 'JsonQuery':
      analyzeJsonPath(a, node.path, scope);
      for (const behavior of [node.onEmpty, node.onError]) {
        if (behavior?.value != null) a.rules.expression(a, behavior.value, scope);
      }
      break;
    case 'JsonObject':
      for (const member of node.members) {
        a.rules.expression(a, member.key, scope);
        a.rules.expression(a, member.value.expression, scope);
      }
      break;
    case 'JsonArray':
      for (const element of node.elements) a.rules.expression(a, element.expression, scope);
      break;
  }
  return node.returning === null ? simpleType('varchar') : typeOfNode(node.returning);
}
