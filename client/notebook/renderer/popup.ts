import { element } from './element.ts';

/** Shows `content` below `anchor` until Escape, a press elsewhere or `close`. Focus returns to where it was. */
export function openPopup(host: HTMLElement, anchor: HTMLElement, content: HTMLElement): { close(): void } {
  host.querySelector('.popup')?.dispatchEvent(new Event('close-popup'));
  const before = (host.getRootNode() as ShadowRoot | Document).activeElement;
  const popup = element('div', { class: 'popup' }, content);
  const box = anchor.getBoundingClientRect();
  const outer = host.getBoundingClientRect();
  popup.style.left = `${Math.max(4, Math.min(box.left - outer.left, outer.width - 300))}px`;
  popup.style.top = `${box.bottom - outer.top + 2}px`;
  const close = (): void => {
    popup.remove();
    document.removeEventListener('pointerdown', onPress, true);
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
  const onPress = (event: Event): void => {
    // The target is hidden from the document, because results are drawn in a shadow tree.
    if (!event.composedPath().includes(popup)) close();
  };
  popup.addEventListener('close-popup', close);
  popup.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(popup, event);
    event.stopPropagation();
  });
  document.addEventListener('pointerdown', onPress, true);
  host.append(popup);
  popup.querySelector<HTMLElement>('button, input, select, textarea')?.focus({ preventScroll: true });
  return { close };
}

/** A menu of actions; each closes it. */
export function openMenu(
  host: HTMLElement,
  anchor: HTMLElement,
  {
    label,
    items,
  }: { readonly label: string; readonly items: readonly (readonly [label: string, run: () => void])[] },
): void {
  const menu = element('div', { class: 'menu-list', role: 'menu', 'aria-label': label });
  const popup = openPopup(host, anchor, menu);
  for (const [text, run] of items) {
    const item = element('button', { type: 'button', role: 'menuitem' }, text);
    item.addEventListener('click', () => {
      popup.close();
      run();
    });
    menu.append(item);
  }
  menu.querySelector('button')?.focus({ preventScroll: true });
}

function moveFocus(popup: HTMLElement, event: KeyboardEvent): void {
  const items = [...popup.querySelectorAll<HTMLElement>('[role="menuitem"], [role="menuitemcheckbox"]')];
  if (items.length === 0) return;
  const at = items.findIndex(item => item.matches(':focus'));
  const step = event.key === 'ArrowDown' ? 1 : -1;
  items[(at + step + items.length) % items.length]?.focus({ preventScroll: true });
  event.preventDefault();
}
