import { type NotebookDocument, window } from 'vscode';
import { guessType, type ParameterDeclaration, type ParameterValue, readDeclarations } from './parameters.ts';

/** The parameters of open notebooks: what was declared, what was given. */
export interface NotebookParameters {
  /** Values of these parameters; asks for the ones that have none. Undefined when the person gives up. */
  valuesFor(
    notebook: NotebookDocument,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, ParameterValue> | undefined>;
  /** Asks for all of them anew. */
  askAgain(notebook: NotebookDocument, names: readonly string[]): Promise<void>;
  current(notebook: NotebookDocument): ReadonlyMap<string, ParameterValue>;
}

/** No values yet; they last as long as the notebook is open. */
export function createNotebookParameters(onChange: () => void): NotebookParameters {
  const all = new WeakMap<NotebookDocument, Map<string, ParameterValue>>();
  const valuesOf = (notebook: NotebookDocument): Map<string, ParameterValue> => {
    const known = all.get(notebook) ?? new Map<string, ParameterValue>();
    all.set(notebook, known);
    return known;
  };
  const fill = async (
    notebook: NotebookDocument,
    names: readonly string[],
    isAgain: boolean,
  ): Promise<boolean> => {
    const values = valuesOf(notebook);
    const declared = declarationsOf(notebook);
    for (const name of names) {
      const declaration = declared.get(name);
      const known = values.get(name);
      if (known !== undefined && !isAgain) continue;
      const fallback = declaration?.value;
      if (fallback !== undefined && !isAgain) values.set(name, valueOf(fallback, declaration));
      else {
        const text = await ask(name, declaration, known?.text ?? fallback);
        if (text === undefined) return false;
        values.set(name, valueOf(text, declaration));
      }
    }
    onChange();
    return true;
  };
  return {
    valuesFor: async (notebook, names) =>
      (await fill(notebook, names, false)) ? valuesOf(notebook) : undefined,
    askAgain: async (notebook, names) => void (await fill(notebook, names, true)),
    current: valuesOf,
  };
}

function declarationsOf(notebook: NotebookDocument): ReadonlyMap<string, ParameterDeclaration> {
  const found = notebook.getCells().flatMap(cell => readDeclarations(cell.document.getText()));
  return new Map(found.map(declaration => [declaration.name, declaration]));
}

/** An empty text is NULL, except for texts. */
function valueOf(text: string, declaration: ParameterDeclaration | undefined): ParameterValue {
  const type = declaration?.type ?? guessType(text);
  return { type, text: text === '' && type !== 'varchar' ? null : text };
}

async function ask(
  name: string,
  declaration: ParameterDeclaration | undefined,
  value: string | null | undefined,
): Promise<string | undefined> {
  const type = declaration?.type;
  return window.showInputBox({
    title: `Value of :${name}`,
    prompt:
      type === undefined
        ? `Numbers, dates and true/false are taken as such, anything else as text. A line "-- @param ${name} type = default" fixes the type.`
        : `A ${type}${type === 'varchar' ? '' : '; empty for NULL'}`,
    ignoreFocusOut: true,
    ...(value == null ? {} : { value }),
  });
}
