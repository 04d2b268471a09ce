import { useDocumentTitle } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** The one h1 of a page, what the page is for, and what can be done on it. */
export function PageHead({ title, children, actions }: Props): ReactElement {
  useDocumentTitle(`${title} · Sluice`);
  return (
    <header className="page-head">
      <div>
        <h1 id="page-title" tabIndex={-1}>
          {title}
        </h1>
        {children !== undefined && <p>{children}</p>}
      </div>
      {actions}
    </header>
  );
}
