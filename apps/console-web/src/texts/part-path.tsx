import type { ReactElement } from 'react';
import { ClaimedText } from './claimed-text.js';

/** Where in an object something is, outermost first. */
export function PartPath({ path }: { readonly path: readonly string[] }): ReactElement {
  if (path.length === 0) return <span className="quiet">The object itself</span>;
  return (
    <ol className="part-path">
      {path.map((part, index) => (
        <li key={index}>
          <ClaimedText text={part} />
        </li>
      ))}
    </ol>
  );
}
