import { useDocumentTitle } from '@mantine/hooks';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { focusLateTitle } from './page-focus.js';

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** The one h1 of a page, what the page is for, and what can be done on it. */
export function PageHead({ title, children, actions }: Props): ReactElement {
  useDocumentTitle(`${title} · Sluice`);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => focusLateTitle(heading.current), []);
  return (
    <header className="page-head">
      <div>
        <h1 ref={heading} id="page-title" tabIndex={-1}>
          {title}
        </h1>
        {children !== undefined && (
          <p {...(typeof children === 'string' && { className: 'page-about' })}>{children}</p>
        )}
      </div>
      {actions}
    </header>
  );
}
