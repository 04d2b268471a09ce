import { useMemo, type ReactElement } from 'react';
import { encode } from 'uqr';

/** Cameras want four modules of light around it. */
const border = 4;

/** Dark on white in both colour schemes: many apps read nothing else. Throws RangeError for more than 2,331 bytes. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const { data, size } = useMemo(() => encode(text, { ecc: 'M', border }), [text]);
  const path = data
    .flatMap((row, down) => row.map((isDark, across) => (isDark ? `M${across} ${down}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      role="img"
      aria-label={label}
      width={190}
      height={190}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} rx={2} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
