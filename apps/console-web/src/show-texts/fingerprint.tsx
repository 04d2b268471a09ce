import type { ReactElement } from 'react';
import { splitFingerprint } from './fingerprints.js';
import './texts.css';

interface Props {
  readonly value: string;
  /** One line where there is room for it. */
  readonly isWide?: boolean;
}

export function Fingerprint({ value, isWide = false }: Props): ReactElement {
  return (
    <span className={isWide ? 'fingerprint fingerprint-wide' : 'fingerprint'}>
      {splitFingerprint(value).map((line) => (
        <span key={line} className="fingerprint-line">
          {line}
        </span>
      ))}
    </span>
  );
}
