/**
 * A whole number with its thousands apart: `1,234,567`. By hand, because the first number that Intl writes makes it load its
 * tables, for longer than the editor may be held up.
 */
export function countText(value: number | bigint): string {
  return `${value}`.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
