/** The first text of a transform. `declarations` is the file with its types, without the folder. */
export function starterText(declarations: string): string {
  return `import type { Transform } from './${declarations}';

/** Makes one row, several or none (undefined) of a record. What it throws becomes a dead letter. */
export const transform: Transform = (record, context) => {
  return { ...record };
};
`;
}

/** The transform that the text of a pipeline file names; undefined where it names none. */
export function namedTransform(yaml: string): string | undefined {
  const named = /^transform:\s*(?:"([^"]+)"|'([^']+)'|([^\s#]+))/m.exec(yaml);
  return named?.[1] ?? named?.[2] ?? named?.[3];
}

/** What to append to the text of a pipeline file so that it names a transform. */
export function transformLine(yaml: string, file: string): string {
  const end = yaml.includes('\r\n') ? '\r\n' : '\n';
  return `${yaml === '' || yaml.endsWith('\n') ? '' : end}${end}transform: ./${file}${end}`;
}
