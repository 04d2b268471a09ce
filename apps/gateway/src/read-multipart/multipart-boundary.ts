import { parseHeaderParameters } from './header-parameters.js';

const maxBoundaryLength = 200;

/** The boundary of a `multipart/form-data` content type; null when it is another type or has no usable boundary. */
export function multipartBoundary(contentType: string | undefined): string | null {
  if (contentType === undefined) return null;
  const { value, parameters } = parseHeaderParameters(contentType);
  if (value !== 'multipart/form-data') return null;
  const boundary = parameters.get('boundary') ?? '';
  // Printable ASCII without the blank at the end that transport padding would be mistaken for.
  return boundary.length <= maxBoundaryLength && /^[\x20-\x7e]*[\x21-\x7e]$/.test(boundary) ? boundary : null;
}
