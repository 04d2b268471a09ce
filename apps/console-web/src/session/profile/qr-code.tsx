import { useMemo, type ReactElement } from 'react';
import { makeQrCode } from './make-qr-code.js';

/** Cameras want four modules of light around it. */
const border = 4;

/** Dark on white in both colour schemes: many apps read nothing else. Null when the text is too long for one. */
export function QrCode({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): ReactElement | null {
  const rows = useMemo(() => makeQrCode(text), [text]);
  if (rows === null) return null;
  const size = rows.length + 2 * border;
  const path = rows
    .flatMap((row, down) =>
      row.map((isDark, across) => (isDark ? `M${across + border} ${down + border}h1v1h-1z` : '')),
    )
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
