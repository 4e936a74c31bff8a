import { window } from 'vscode';
import { guessType, type ParameterDeclaration, type ParameterValue, readDeclarations } from './parameters.ts';

/** Parameters of one document: a notebook or a plain script. */
export interface WantedParameters {
  /** The document; its values last as long as it is open. */
  readonly owner: object;
  /** Where the declarations stand: the cells of a notebook, or a whole script. */
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

/** The parameters of open documents: what was declared, what was given. */
export interface ParameterValues {
  /** Values of these parameters; asks for the ones that have none. Undefined when the person gives up. */
  valuesFor(wanted: WantedParameters): Promise<ReadonlyMap<string, ParameterValue> | undefined>;
  /** Asks for all of them anew. */
  askAgain(wanted: WantedParameters): Promise<void>;
  readonly current: (owner: object) => ReadonlyMap<string, ParameterValue>;
}

/** No values yet. */
export function createParameterValues(onChange: () => void): ParameterValues {
  const all = new WeakMap<object, Map<string, ParameterValue>>();
  const valuesOf = (owner: object): Map<string, ParameterValue> => {
    const known = all.get(owner) ?? new Map<string, ParameterValue>();
    all.set(owner, known);
    return known;
  };
  const fill = async ({ owner, texts, names }: WantedParameters, isAgain: boolean): Promise<boolean> => {
    const values = valuesOf(owner);
    const declared = declarationsIn(texts);
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
    valuesFor: async wanted => ((await fill(wanted, false)) ? valuesOf(wanted.owner) : undefined),
    askAgain: async wanted => void (await fill(wanted, true)),
    current: valuesOf,
  };
}

function declarationsIn(texts: readonly string[]): ReadonlyMap<string, ParameterDeclaration> {
  const found = texts.flatMap(readDeclarations);
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
