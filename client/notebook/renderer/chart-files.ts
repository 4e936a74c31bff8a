/** The chart as a file of its own: colours of the theme are written in, because no theme is there when it is opened. */
export function toSvgText(svg: SVGElement): string {
  const copy = svg.cloneNode(true) as SVGElement;
  const computed = getComputedStyle(svg);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.style.color = computed.color;
  copy.style.fontFamily = 'sans-serif';
  const text = new XMLSerializer().serializeToString(copy);
  return text.replaceAll(
    /var\((--[\w-]+)(?:,\s*([^)]+))?\)/g,
    (_, name: string, fallback: string | undefined) => {
      return computed.getPropertyValue(name).trim() || (fallback ?? 'currentColor');
    },
  );
}

/** The chart as PNG, base64, at twice its size on the background of the editor. */
export async function toPng(svg: SVGElement): Promise<string> {
  const { width, height } = svg.getBoundingClientRect();
  const image = new Image();
  const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(toSvgText(svg))}`;
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => {
      reject(new Error('The chart could not be drawn as an image.'));
    };
    image.src = url;
  });
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The chart could not be drawn as an image: no canvas.');
  context.fillStyle = getComputedStyle(svg).getPropertyValue('--vscode-editor-background').trim() || 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace(/^.*,/, '');
}
