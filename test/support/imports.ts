import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** One import or re-export of a source file. */
export interface Import {
  /** A path from the repository's root for our own files, the package name otherwise. */
  readonly target: string;
  readonly isLocal: boolean;
  /** True when nothing of it remains at run time. */
  readonly isTypeOnly: boolean;
}

/** Every static and dynamic import of `file` whose specifier is a literal, read from its syntax tree. */
export function readImports(file: string, root: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, isTypeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const isLocal = specifier.text.startsWith('.');
    const target = isLocal
      ? path
          .relative(root, path.resolve(path.dirname(file), specifier.text))
          .split(path.sep)
          .join('/')
      : specifier.text;
    found.push({ target, isLocal, isTypeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyImport(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The groups of files that import each other in a circle at run time, each as a path that ends where it began. */
export function findCycles(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const item of imports.get(file) ?? []) {
      if (item.isLocal && !item.isTypeOnly && imports.has(item.target)) walk(item.target, [...trail, file]);
    }
    state.set(file, 'done');
  };
  for (const file of imports.keys()) walk(file, []);
  return cycles;
}

function isTypeOnlyImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every(element => element.isTypeOnly)
  );
}
