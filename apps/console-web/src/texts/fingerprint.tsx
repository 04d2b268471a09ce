import type { ReactElement } from 'react';
import { splitFingerprint } from './fingerprints.js';
import './texts.css';

export const Fingerprint = ({ value }: { readonly value: string }): ReactElement => (
  <span className="fingerprint">
    {splitFingerprint(value).map((piece, index) => (
      <span key={index} className="fingerprint-piece">
        {piece}
      </span>
    ))}
  </span>
);
