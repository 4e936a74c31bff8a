import { button, element } from './element.ts';
import { openPopup } from './popup.ts';

export interface MeasureChoice {
  readonly chosen: () => readonly string[];
  readonly choose: (names: readonly string[]) => void;
}

/** A button that says which columns a chart measures and opens a list to choose one or several. */
export function createMeasureChoice(
  host: HTMLElement,
  names: readonly string[],
  { chosen, choose }: MeasureChoice,
): HTMLElement {
  const draw = (): void => {
    opener.textContent = chosen().length === 0 ? 'Y' : `Y: ${chosen().join(', ')}`;
  };
  const opener = button(
    '',
    () => {
      const boxes = names.map(name => {
        const box = element('input', { type: 'checkbox', checked: chosen().includes(name) });
        box.addEventListener('change', () => {
          // In the order they were chosen, which is the order of the colours.
          const others = chosen().filter(each => each !== name);
          choose(box.checked ? [...others, name] : others);
          draw();
        });
        return element('label', {}, box, name);
      });
      openPopup(
        host,
        opener,
        element(
          'div',
          { class: 'columns' },
          element('div', { class: 'column-list', role: 'group', 'aria-label': 'Chart Y' }, ...boxes),
        ),
      );
    },
    { class: 'measures', 'aria-haspopup': 'true' },
  );
  draw();
  return opener;
}
