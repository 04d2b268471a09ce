declare global {
  // Read by the library that keeps the page behind an open window from scrolling.
  var __webpack_nonce__: string | undefined;
}

/**
 * The Content-Security-Policy allows only style elements that carry the value of this answer; the component library
 * makes a few for its colours and screen widths. Scripts need none: they are files of this origin.
 */
export function readStyleNonce(): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.nonce ?? '';
  globalThis.__webpack_nonce__ = nonce;
  return nonce;
}
