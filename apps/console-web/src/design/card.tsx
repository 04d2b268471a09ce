import { Group, Paper } from '@mantine/core';
import { useId, type ReactElement, type ReactNode } from 'react';

interface Props {
  readonly title?: string;
  /** What links lead to, behind a `#`. */
  readonly place?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** For tables, which bring their own spacing. */
  readonly isFlush?: boolean;
}

export function Card({ title, place, aside, children, isFlush = false }: Props): ReactElement {
  const id = useId();
  return (
    <Paper
      component="section"
      className="card"
      {...(place === undefined ? {} : { id: place })}
      p={isFlush ? 0 : 'lg'}
      {...(title === undefined ? {} : { 'aria-labelledby': id })}
    >
      {(title !== undefined || aside !== undefined) && (
        <Group
          justify="space-between"
          gap="sm"
          mb={isFlush ? 0 : 'md'}
          px={isFlush ? 'lg' : 0}
          py={isFlush ? 'xs' : 0}
        >
          {title !== undefined && (
            <h2 id={id} className="card-title">
              {title}
            </h2>
          )}
          {aside}
        </Group>
      )}
      {children}
    </Paper>
  );
}
