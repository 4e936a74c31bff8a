/** Making page elements without a library: everything that comes from outside goes in as text, never as markup. */

export interface ElementParts {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly (Node | string)[];
}

/** A new element with its parts. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: ElementParts = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (parts.class !== undefined) made.className = parts.class;
  if (parts.text !== undefined) made.textContent = parts.text;
  if (parts.title !== undefined) made.title = parts.title;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) made.setAttribute(name, value);
  if (parts.children !== undefined) made.append(...parts.children);
  return made;
}

/** A button that does something. `label` is read out where the text alone says too little. */
export function makeButton(text: string, onClick: () => void, label = text): HTMLButtonElement {
  const button = make('button', { text, attributes: { type: 'button', 'aria-label': label } });
  button.addEventListener('click', onClick);
  return button;
}

/** The element of this id, which the page's HTML has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element '${id}'.`);
  return found;
}
