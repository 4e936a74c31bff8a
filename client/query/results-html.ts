/** Where the parts of the page stand, and the random word that lets its own script run. */
export interface ResultsHtmlInput {
  readonly nonce: string;
  /** The origin of our files, as a content security policy names it. */
  readonly cspSource: string;
  /** The address of a file of dist/. */
  readonly file: (name: string) => string;
}

/**
 * The empty page of the results panel; its script draws everything. Only our own script runs and only our own style sheet
 * loads; images are the drawings of charts on their way into a PNG file. Nothing comes from outside.
 */
export function resultsHtml({ nonce, cspSource, file }: ResultsHtmlInput): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ${cspSource}; script-src 'nonce-${nonce}'">
<title>Lakehouse results</title>
<link rel="stylesheet" href="${file('webview-results-style.css')}">
</head>
<body>
<main id="page"></main>
<script nonce="${nonce}" type="module" src="${file('webview-results.js')}"></script>
</body>
</html>`;
}
