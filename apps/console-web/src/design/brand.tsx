import type { ReactElement } from 'react';

/** A gate with water going through below it. */
export function Mark({ size = 30 }: { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0f766e" />
      <path d="M9 7v18M23 7v18" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <path d="M9 12h14" stroke="#fff" strokeWidth="3" />
      <path
        d="M12 19c1.500-1.600 2.800-1.600 4 0s2.600 1.600 4 0"
        stroke="#5eead4"
        strokeWidth="2.600"
        fill="none"
        strokeLinecap="round"
      />
    </svg>
  );
}

export const Brand = (): ReactElement => (
  <div className="nav-brand">
    <Mark />
    <span>Sluice</span>
  </div>
);
