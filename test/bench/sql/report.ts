/** A heading in the benchmark's output. */
export function section(title: string): void {
  console.log(`\n━━ ${title} ━━`);
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1).padStart(5)} %`;
}

/** One figure, ours and the anchor's, where it has one. */
export function row(name: string, ours: number, anchor: number | undefined): void {
  console.log(
    `${name.padEnd(22)} ${number(ours).padStart(10)} ${anchor === undefined ? '' : number(anchor).padStart(10)}`,
  );
}

/** The first few wrong cases. */
export function showMisses(title: string, cases: readonly string[], limit: number): void {
  if (cases.length === 0 || limit === 0) return;
  console.log(`  ${title}: ${cases.length}`);
  for (const text of cases.slice(0, limit)) console.log(`    ${text.replaceAll('\n', '\n    ')}`);
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 4 : 2);
}
